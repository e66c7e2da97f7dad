internal import NIOCore

/// Who asks the upstream next, among quick requests of one event loop.
///
/// A server with more to do than processors goes on with whoever asks again at once, and lets others wait for tens of
/// milliseconds. In turns, first come, first served, every client gets its share, and the server has no less to do.
/// Turns order, they do not protect: a request that waited for its turn long enough goes without one, so a server that
/// hangs on some requests does not keep the others from it.
final class Turns {
    /// How many may be under way at once.
    private let limit: Int
    /// How long a request waits for its turn at most.
    private let patience: TimeAmount
    private let eventLoop: any EventLoop
    private var underWay = 0
    private var waiting: ArraySlice<Waiting> = []
    private var lastNumber: UInt64 = 0

    private struct Waiting {
        var number: UInt64
        var go: (consuming Turn) -> Void
        var timeout: Scheduled<Void>
    }

    init(eventLoop: any EventLoop, limit: Int, patience: TimeAmount) {
        self.eventLoop = eventLoop
        self.limit = limit
        self.patience = patience
    }

    /// Runs `go` once it is its turn, at once where it is.
    func wait(_ go: @escaping (consuming Turn) -> Void) {
        if underWay < limit {
            underWay += 1
            return go(Turn(self))
        }
        lastNumber += 1
        let number = lastNumber
        let timeout = eventLoop.assumeIsolated().scheduleTask(in: patience) { [self] in giveUp(number) }
        waiting.append(Waiting(number: number, go: go, timeout: timeout))
    }

    /// The next one's turn.
    fileprivate func next() {
        guard let first = waiting.popFirst() else {
            underWay -= 1
            return
        }
        first.timeout.cancel()
        first.go(Turn(self))
    }

    private func giveUp(_ number: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index).go(Turn(nil))
    }
}

/// One request's turn, until whoever has it ends it.
struct Turn: ~Copyable {
    private let turns: Turns?

    fileprivate init(_ turns: Turns?) { self.turns = turns }

    consuming func end() { turns?.next() }
}
