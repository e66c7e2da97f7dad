internal import LiveIntake

/// Watches: follows every source, judges what it gives, and goes on until it is told to stop.
package struct Watching: Sendable {
    private let pipeline: Pipeline
    private let board: HealthBoard
    private let messages: @Sendable (String) -> Void

    /// How long a source that failed is left alone, at first and at last.
    private static let backOff = (first: Duration.seconds(1), last: Duration.seconds(60))

    package init(_ pipeline: Pipeline, board: HealthBoard, messages: @escaping @Sendable (String) -> Void) {
        self.pipeline = pipeline
        self.board = board
        self.messages = messages
    }

    /// Watches until it is cancelled.
    ///
    /// - Throws: ``WatchError`` when the ledger cannot be used any more.
    package func run() async throws {
        do {
            try await work()
        } catch is CancellationError {
            // Stopped while the ledger could not be written to: what was not remembered is read again.
        }
    }

    private func work() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await pipeline.run() }
            tasks.addTask { await tick() }
            tasks.addTask { await follow() }
            defer {
                pipeline.queue.close()
                tasks.cancelAll()
            }
            try await withTaskCancellationHandler {
                // The pipeline ends first since it cannot go on, or else the sources have ended.
                try await tasks.next()
            } onCancel: {
                // Nothing more is taken in; what is being written is written.
                pipeline.queue.close()
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            pipeline.queue.tick()
        }
    }

    // MARK: Sources

    private func follow() async {
        await withDiscardingTaskGroup { tasks in
            for await (index, cursors) in pipeline.beginnings {
                tasks.addTask { await follow(index, from: cursors) }
            }
        }
    }

    /// Follows a source, and does so again when it fails.
    private func follow(_ index: Int, from cursors: [String: String]) async {
        let source = pipeline.sources[index].source
        let feed = PipelineFeed(of: index, pipeline.queue, board, beginningAt: cursors)
        var wait = Self.backOff.first
        while !Task.isCancelled {
            do {
                try await source.follow(from: feed.cursors, into: feed)
                return
            } catch is CancellationError {
                return
            } catch {
                board.set(.waiting(reason: "\(error)", attempt: 1), of: index)
            }
            try? await Task.sleep(for: wait)
            wait = min(wait * 2, Self.backOff.last)
        }
    }
}
