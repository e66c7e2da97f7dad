import LiveIntake
import Synchronization
import Testing

/// A feed that keeps what it takes, as a ledger would, and can end before it has.
final class RecordingFeed: SourceFeed {
    private struct State {
        var batches: [LiveBatch] = []
        var health: [SourceHealth] = []
        var cursors: [String: String] = [:]
        /// Batches that were given, but not kept.
        var refused: [LiveBatch] = []
        var room: Int
    }

    private let state: Mutex<State>

    /// - Parameter room: after so many batches with records the feed ends, as a program does that is killed: what it is
    ///   given next is not kept.
    init(cursors: [String: String] = [:], room: Int = .max) {
        state = Mutex(State(cursors: cursors, room: room))
    }

    func take(_ batch: LiveBatch) async throws {
        try Task.checkCancellation()
        try state.withLock { state in
            guard state.room > 0 || batch.records.isEmpty else {
                state.refused.append(batch)
                throw CancellationError()
            }
            if !batch.records.isEmpty { state.room -= 1 }
            state.batches.append(batch)
            state.cursors[batch.stream] = batch.isLast ? nil : batch.cursor
        }
    }

    func tell(_ health: SourceHealth) { state.withLock { $0.health.append(health) } }

    var batches: [LiveBatch] { state.withLock(\.batches) }
    var refused: [LiveBatch] { state.withLock(\.refused) }
    var health: [SourceHealth] { state.withLock(\.health) }
    var cursors: [String: String] { state.withLock(\.cursors) }
    var records: [LiveRecord] { batches.flatMap(\.records) }
    var lines: [String] { records.map(\.text) }

    func lines(of stream: String) -> [String] {
        batches.filter { $0.stream == stream }.flatMap(\.records).map(\.text)
    }

    var losses: [String] {
        health.compactMap { if case .lost(let reason, _) = $0 { reason } else { nil } }
    }
}

extension LiveRecord {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension LiveSource {
    /// Follows until `condition` holds, then is cancelled; whether it came to hold within `patience`, and the error that the
    /// source ended with by itself.
    func run(
        into feed: RecordingFeed,
        patience: Duration = .seconds(300),
        until condition: @escaping @Sendable () -> Bool
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask {
                try await follow(from: feed.cursors, into: feed)
                return nil
            }
            group.addTask {
                let deadline = ContinuousClock.now + patience
                while ContinuousClock.now < deadline, !Task.isCancelled {
                    if condition() { return true }
                    try? await Task.sleep(for: .milliseconds(5))
                }
                return condition()
            }
            // The source ends by itself where the feed does.
            let first = try await group.next() ?? nil
            let holds = first ?? condition()
            group.cancelAll()
            // Cancellation is no failure.
            while let _ = try? await group.next() {}
            return holds
        }
    }

    /// Follows until `condition` holds while `body` runs; whether it came to hold.
    func run(
        into feed: RecordingFeed,
        until condition: @escaping @Sendable () -> Bool,
        while body: () async throws -> Void
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await run(into: feed, until: condition) }
            try await body()
            return try await group.next() ?? false
        }
    }
}

extension RecordingFeed {
    /// Waits until so many records have been taken; not for ever.
    func waits(for count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        while records.count < count {
            try #require(ContinuousClock.now < deadline, "\(records.count) records instead of \(count)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
