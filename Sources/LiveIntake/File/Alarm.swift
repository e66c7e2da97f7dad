internal import Dispatch
internal import Synchronization

/// Wakes the one task that waits for it, and is remembered while nobody waits.
final class Alarm: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
        /// Counts waits, so that a timer of an earlier one wakes nobody.
        var round = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tidewaiter.alarm")

    func ring() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isRung = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits until it rings, `duration` is over or the task is cancelled.
    func wait(for duration: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in park(waiter, duration) }
        } onCancel: {
            ring()
        }
    }

    private func park(_ waiter: CheckedContinuation<Void, Never>, _ duration: Duration) {
        let round = state.withLock { state -> Int? in
            guard !state.isRung else {
                state.isRung = false
                return nil
            }
            state.round += 1
            state.waiter = waiter
            return state.round
        }
        guard let round else { return waiter.resume() }
        let (seconds, attoseconds) = duration.components
        let nanoseconds = min(Int(seconds), 3_600) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        queue.asyncAfter(deadline: .now() + .nanoseconds(max(0, nanoseconds))) { [weak self] in self?.end(round) }
    }

    private func end(_ round: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.round == round else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
