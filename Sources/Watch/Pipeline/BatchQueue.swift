internal import LiveIntake
internal import Synchronization

/// Batches of all sources on their way to the one who judges them.
///
/// What comes while a transaction is written goes into the next one together: the busier it is, the fewer transactions.
final class BatchQueue: Sendable {
    /// A batch, and the source that waits until it is remembered.
    struct Waiting: Sendable {
        var source: Int
        var batch: LiveBatch
        fileprivate var done: CheckedContinuation<Void, any Error>

        /// The source goes on.
        func isRemembered() { done.resume() }

        /// The source's batch is not remembered.
        func failed(_ error: any Error) { done.resume(throwing: error) }
    }

    /// A change in how batches are read and judged, and whoever waits until it is made.
    struct WaitingChange: Sendable {
        var change: PipelineChange
        fileprivate var done: CheckedContinuation<[Int: [String: String]], any Error>

        /// The change is made; with where to go on with the streams of each source that is new.
        func isMade(_ cursors: [Int: [String: String]] = [:]) { done.resume(returning: cursors) }

        /// All is as it was.
        func failed(_ error: any Error) { done.resume(throwing: error) }
    }

    /// What is to be done next.
    struct Turn: Sendable {
        /// To be made before the batches are read.
        var change: WaitingChange?
        var batches: [Waiting] = []
        /// Whether time has gone on, so that what waits for it is due.
        var isTick = false
        /// Sources that have said how they do since the last turn.
        var heard: Set<Int> = []

        fileprivate var isEmpty: Bool { change == nil && batches.isEmpty && !isTick }
    }

    private struct State: Sendable {
        var waiting: [Waiting] = []
        var changes: [WaitingChange] = []
        var isTicked = false
        var heard: Set<Int> = []
        var isClosed = false
        var taker: CheckedContinuation<Void, Never>?

        var isIdle: Bool { waiting.isEmpty && changes.isEmpty && !isTicked && !isClosed }
    }

    /// Bytes of records that one turn takes at most, beside the first batch.
    private static let turnBytes = 16 << 20

    private let state = Mutex(State())

    /// Hands over a batch and waits until it is remembered.
    ///
    /// - Throws: `CancellationError` when nothing is taken in any more.
    func put(_ batch: LiveBatch, from source: Int) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let isTaken = change { state in
                guard !state.isClosed else { return false }
                state.waiting.append(Waiting(source: source, batch: batch, done: done))
                return true
            }
            if !isTaken { done.resume(throwing: CancellationError()) }
        }
    }

    /// Says that a source has looked at what there is.
    func heard(of source: Int) { change { _ = $0.heard.insert(source) } }

    /// Has a change made between two transactions, and waits for it.
    ///
    /// - Returns: where to go on with the streams of each source that is new, as its batches said.
    /// - Throws: why it was not made; `CancellationError` when nothing is taken in any more.
    func make(_ wanted: PipelineChange) async throws -> [Int: [String: String]] {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<[Int: [String: String]], any Error>) in
            let isTaken = change { state in
                guard !state.isClosed else { return false }
                state.changes.append(WaitingChange(change: wanted, done: done))
                return true
            }
            if !isTaken { done.resume(throwing: CancellationError()) }
        }
    }

    /// Says that time has gone on.
    func tick() { change { $0.isTicked = true } }

    /// Takes no more in: whoever waits is told that its batch is not remembered.
    func close() {
        let (batches, changes) = change { state in
            state.isClosed = true
            defer { (state.waiting, state.changes) = ([], []) }
            return (state.waiting, state.changes)
        }
        for one in batches { one.failed(CancellationError()) }
        for one in changes { one.failed(CancellationError()) }
    }

    /// All that waits, up to a bound; nil once the queue is closed.
    ///
    /// Asked by one task at a time.
    func next() async -> Turn? {
        while true {
            await withCheckedContinuation { continuation in
                let isIdle = state.withLock { state in
                    if state.isIdle { state.taker = continuation }
                    return state.isIdle
                }
                if !isIdle { continuation.resume() }
            }
            let (turn, isClosed) = state.withLock { ($0.isClosed ? Turn() : Self.turn(&$0), $0.isClosed) }
            if isClosed { return nil }
            if !turn.isEmpty { return turn }
        }
    }

    private static func turn(_ state: inout State) -> Turn {
        var turn = Turn(isTick: state.isTicked, heard: state.heard)
        state.isTicked = false
        state.heard = []
        if !state.changes.isEmpty { turn.change = state.changes.removeFirst() }
        var bytes = 0
        let count = state.waiting.prefix { one in
            bytes += one.batch.records.reduce(0) { $0 + $1.bytes.count }
            return bytes <= Self.turnBytes
        }.count
        let taken = min(max(count, 1), state.waiting.count)
        turn.batches = Array(state.waiting.prefix(taken))
        state.waiting.removeFirst(taken)
        return turn
    }

    /// Changes the state, and wakes whoever waits for the change.
    private func change<Result: Sendable>(_ body: (inout State) -> sending Result) -> Result {
        let (result, taker) = state.withLock { state in
            let result = body(&state)
            let taker = state.taker
            if !state.isIdle { state.taker = nil }
            return (result, state.isIdle ? nil : taker)
        }
        taker?.resume()
        return result
    }
}
