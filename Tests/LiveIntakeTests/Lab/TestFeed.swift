import LiveIntake
import Synchronization

/// Whoever takes records: keeps them, and may be full.
final class TestFeed: SourceFeed {
    private struct State {
        var batches: [LiveBatch] = []
        var healths: [SourceHealth] = []
        var isFull = false
    }

    private let state = Mutex(State())

    func take(_ batch: LiveBatch) async throws {
        while state.withLock(\.isFull) { try await Task.sleep(for: .milliseconds(2)) }
        try Task.checkCancellation()
        state.withLock { $0.batches.append(batch) }
    }

    func tell(_ health: SourceHealth) { state.withLock { $0.healths.append(health) } }

    /// Nothing can be remembered any more, or again.
    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    var batches: [LiveBatch] { state.withLock { $0.batches } }
    var healths: [SourceHealth] { state.withLock { $0.healths } }
    var records: [LiveRecord] { batches.flatMap(\.records) }
    var texts: [String] { records.map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// The cursors of all streams, as a ledger would have them.
    var cursors: [String: String] {
        Dictionary(batches.map { ($0.stream, $0.cursor) }) { _, last in last }
    }

    /// What was told to be lost: reasons, and numbers.
    var losses: [(reason: String, records: Int?)] {
        healths.compactMap { if case .lost(let reason, let records) = $0 { (reason, records) } else { nil } }
    }

    var waits: [String] {
        healths.compactMap { if case .waiting(let reason, _) = $0 { reason } else { nil } }
    }

    var isFollowing: Bool { if case .following? = healths.last { true } else { false } }
}

struct Untimely: Error, CustomStringConvertible {
    var description: String
}

/// Waits until something has come about.
func eventually(
    _ what: String = "what was waited for",
    within seconds: Int = 60,
    _ condition: () throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard .now < end else { throw Untimely(description: "\(what) has not come about within \(seconds) s") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Follows a source while `body` does things, and ends it then.
func following<Result>(
    _ source: some LiveSource,
    from cursors: [String: String] = [:],
    into feed: TestFeed,
    _ body: () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            do {
                try await source.follow(from: cursors, into: feed)
            } catch is CancellationError {}
        }
        defer { tasks.cancelAll() }
        return try await body()
    }
}
