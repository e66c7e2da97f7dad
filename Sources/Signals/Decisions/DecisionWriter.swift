internal import Dispatch
package import Judge
internal import Synchronization

/// A decision log: written at once where that takes no time, and else on a thread of its own, one write for all who wait.
///
/// Whoever records a decision waits until its line is written. While nobody writes and the sink takes it at once, who
/// records it writes it, since waking a thread costs more than the write. While a write is under way others queue, and
/// the next write takes all of them, so that a slow disk costs each of them one write. The queue is bounded, and a write
/// that does not come back in time fails whoever waits: a guard that cannot write its decisions refuses.
package final class DecisionWriter: DecisionLog {
    /// Whoever waits for a line; nobody for what was posted.
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct Pending {
        var record: DecisionRecord
        var waiter: Waiter?
    }

    private struct State {
        var queue: [Pending] = []
        /// Those of the write that is under way.
        var writing: [Waiter] = []
        var isBusy = false
        /// Counts writes, so that who watches knows whether it is still the same.
        var round = 0
        var isWatched = false
        /// Whether a write is under way that took too long.
        var isStuck = false
        var failure: DecisionLogError?
        /// When that was, in nanoseconds.
        var failed: UInt64 = 0
        var lost = 0
        /// Until then, in nanoseconds, writing is left to the thread, since a write by who recorded was slow, or the sink
        /// took nothing at once.
        var leftToThread: UInt64 = 0

        mutating func note(_ failure: DecisionLogError?, at time: UInt64) {
            self.failure = failure
            failed = time
        }
    }

    /// A write by who records that takes longer, in nanoseconds, leaves writing to the thread for a while.
    ///
    /// On a busy machine a thread may be held up for some milliseconds, whatever it does.
    private static let swiftness: UInt64 = 10_000_000
    /// How often somebody who is writing at once is waited for: longer together than a write takes.
    private static let attempts = 256

    private let state = Mutex(State())
    private let sink: Mutex<any DecisionSink>
    private let thread = DispatchQueue(label: "tidewaiter.decisions")
    private let watcher = DispatchQueue(label: "tidewaiter.decisions.watcher")
    /// What writes lines, with memory that is used again.
    private let lines = Seats { ECSLines() }
    private let capacity: Int
    private let patience: DispatchTimeInterval
    private let restraint: UInt64
    private let memory: UInt64

    private static let stuck = DecisionLogError("the decision log does not take what is written to it")

    /// A log that writes to `sink`.
    ///
    /// - Parameters:
    ///   - capacity: how many decisions may wait to be written.
    ///   - patience: how long one write may take, in milliseconds.
    ///   - restraint: how long writing is left to the thread after a slow write by who recorded, in milliseconds.
    ///   - memory: how long a failure is told, in milliseconds.
    package init(
        _ sink: any DecisionSink,
        capacity: Int = 4_096,
        patience: Int = 5_000,
        restraint: Int = 200,
        memory: Int = 30_000
    ) {
        self.sink = Mutex(sink)
        self.capacity = capacity
        self.patience = .milliseconds(patience)
        self.restraint = UInt64(restraint) * 1_000_000
        self.memory = UInt64(memory) * 1_000_000
    }

    package func record(_ verdict: Verdict) async throws {
        let record = record(of: verdict)
        if let outcome = writeHere(record) { return try outcome.get() }
        try await withCheckedThrowingContinuation { waiter in
            if let refusal = enqueue(Pending(record: record, waiter: waiter)) { waiter.resume(throwing: refusal) }
        }
    }

    package var recordsAtOnce: Bool {
        let now = DispatchTime.now().uptimeNanoseconds
        return state.withLock { !$0.isStuck && $0.leftToThread <= now }
    }

    package func recordAtOnce(_ verdict: Verdict) -> Result<Void, any Error>? {
        writeHere(record(of: verdict))?.mapError { $0 }
    }

    package func post(_ verdict: Verdict) {
        guard enqueue(Pending(record: record(of: verdict), waiter: nil)) != nil else { return }
        state.withLock { $0.lost += 1 }
    }

    /// Why nothing can be written, or the last write failed; nil when it did not, or when that was long ago.
    ///
    /// Whoever is not asked while a write failed would never see that another succeeds: after a while it is worth a try.
    package var failure: DecisionLogError? {
        let now = DispatchTime.now().uptimeNanoseconds
        return state.withLock { state in
            if state.isStuck { return Self.stuck }
            return state.failed + memory > now ? state.failure : nil
        }
    }

    /// How many decisions that were posted, which nobody waits for, could not be kept.
    package var lost: Int { state.withLock(\.lost) }

    /// Waits until so many are queued behind the write that is under way; for tests.
    func waits(for count: Int) async {
        while state.withLock({ $0.queue.count < count }) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    /// Opens what is written to again, after what is being written.
    package func reopen() async throws {
        try await withCheckedThrowingContinuation { (waiter: Waiter) in
            thread.async { [self] in
                waiter.resume(with: Result { try sink.withLock { sink throws(DecisionLogError) in try sink.reopen() } })
            }
        }
    }

    /// Waits until everything that was recorded before is written, or has failed.
    package func drain() async {
        await withCheckedContinuation { waiter in thread.async { waiter.resume() } }
    }

    private func record(of verdict: Verdict) -> DecisionRecord {
        let sentence = verdict.sentence
        return DecisionRecord(
            id: verdict.id,
            outcome: verdict.outcome.rawValue,
            sentence: sentence,
            lines: lines.use { $0.lines(verdict, sentence: sentence) }
        )
    }

    /// Queues a record and sees that it is written; why not, where it cannot be.
    private func enqueue(_ pending: Pending) -> DecisionLogError? {
        let (refusal, starts) = state.withLock { state -> (DecisionLogError?, Bool) in
            if state.isStuck {
                return (Self.stuck, false)
            }
            guard state.queue.count < capacity else {
                return (DecisionLogError("the queue of decisions to be written is full (\(capacity))"), false)
            }
            state.queue.append(pending)
            defer { state.isBusy = true }
            return (nil, !state.isBusy)
        }
        if starts { thread.async { [self] in writeAll() } }
        return refusal
    }

    /// Writes a record at once, if nobody else is writing and the sink takes it; nil where it has to be queued.
    private func writeHere(_ record: DecisionRecord) -> Result<Void, DecisionLogError>? {
        let start = DispatchTime.now().uptimeNanoseconds
        guard let round = claim(at: start) else { return nil }
        watch(round)
        let outcome = sink.withLockIfAvailable { sink -> (written: Int, failure: DecisionLogError?)? in
            sink.takesAtOnce(record.lines.count) ? sink.write([record]) : nil
        }
        endWritingHere(after: DispatchTime.now().uptimeNanoseconds, since: start, outcome ?? nil)
        guard let outcome = outcome ?? nil else { return nil }
        guard let failure = outcome.failure else { return .success(()) }
        return .failure(failure)
    }

    /// The number of the write, if nobody else writes, or ends within the time that a write takes.
    private func claim(at now: UInt64) -> Int? {
        for _ in 0..<Self.attempts {
            let (round, mayFollow) = state.withLock { state -> (Int?, Bool) in
                guard !state.isStuck, state.queue.isEmpty, state.leftToThread <= now else { return (nil, false) }
                guard !state.isBusy else { return (nil, true) }
                state.isBusy = true
                state.round += 1
                return (state.round, false)
            }
            if round != nil || !mayFollow { return round }
        }
        return nil
    }

    private func endWritingHere(after end: UInt64, since start: UInt64, _ outcome: (Int, failure: DecisionLogError?)?) {
        let others = state.withLock { state in
            state.isStuck = false
            state.round += 1
            if let outcome { state.note(outcome.failure, at: end) }
            if outcome == nil || end - start > Self.swiftness { state.leftToThread = end + restraint }
            state.isBusy = !state.queue.isEmpty
            return state.isBusy
        }
        if others { thread.async { [self] in writeAll() } }
    }

    private func writeAll() {
        while let (batch, round) = nextBatch() {
            watch(round)
            let (written, failure) = sink.withLock { $0.write(batch.map(\.record)) }
            finish(batch, written, failure)
        }
    }

    private func nextBatch() -> ([Pending], Int)? {
        state.withLock { state in
            state.isBusy = !state.queue.isEmpty
            guard state.isBusy else { return nil }
            let batch = state.queue
            state.queue = []
            state.writing = batch.compactMap(\.waiter)
            state.round += 1
            return (batch, state.round)
        }
    }

    private func finish(_ batch: [Pending], _ written: Int, _ failure: DecisionLogError?) {
        let wasGivenUp = state.withLock { state in
            defer {
                state.isStuck = false
                state.writing = []
                state.round += 1
            }
            state.note(failure, at: DispatchTime.now().uptimeNanoseconds)
            state.lost += batch.dropFirst(written).count { $0.waiter == nil }
            return state.isStuck
        }
        guard !wasGivenUp else { return }
        for (index, pending) in batch.enumerated() {
            guard index >= written, let failure else {
                pending.waiter?.resume()
                continue
            }
            pending.waiter?.resume(throwing: failure)
        }
    }

    /// Looks after `round` when the patience is over; one look at a time, since most writes take no time at all.
    private func watch(_ round: Int) {
        let starts = state.withLock { state in
            defer { state.isWatched = true }
            return !state.isWatched
        }
        guard starts else { return }
        watcher.asyncAfter(deadline: .now() + patience) { [weak self] in self?.look(after: round) }
    }

    /// Fails whoever waits for a write that takes too long, and for those behind it.
    private func look(after round: Int) {
        let (waiters, current) = state.withLock { state -> ([Waiter], Int?) in
            state.isWatched = false
            guard state.isBusy, !state.isStuck else { return ([], nil) }
            guard state.round == round else { return ([], state.round) }
            state.isStuck = true
            let waiters = state.writing + state.queue.compactMap(\.waiter)
            state.lost += state.queue.count { $0.waiter == nil }
            (state.writing, state.queue) = ([], [])
            return (waiters, nil)
        }
        if let current { watch(current) }
        let error = DecisionLogError("the decision log did not take what was written to it in time")
        for waiter in waiters { waiter.resume(throwing: error) }
    }
}
