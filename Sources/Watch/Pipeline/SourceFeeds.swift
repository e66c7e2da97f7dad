internal import LiveIntake
internal import Synchronization

/// What one source hands its records to; it knows how far each stream has come, for a source that begins again.
final class PipelineFeed: SourceFeed {
    private let number: Int
    private let name: String
    private let queue: BatchQueue
    private let board: HealthBoard
    private let positions: Mutex<[String: String]>

    init(
        of name: String,
        _ number: Int,
        _ queue: BatchQueue,
        _ board: HealthBoard,
        beginningAt cursors: [String: String]
    ) {
        self.name = name
        self.number = number
        self.queue = queue
        self.board = board
        positions = Mutex(cursors)
    }

    /// Where each stream is to be gone on with.
    var cursors: [String: String] { positions.withLock { $0 } }

    func take(_ batch: LiveBatch) async throws {
        try await queue.put(batch, from: number)
        positions.withLock { $0[batch.stream] = batch.isLast ? nil : batch.cursor }
    }

    func tell(_ health: SourceHealth) {
        board.set(health, of: name)
        queue.heard(of: number)
    }
}
