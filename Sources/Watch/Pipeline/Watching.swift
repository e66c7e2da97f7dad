internal import Synchronization

/// Watches: follows every source, judges what it gives, and goes on until it is told to stop.
package final class Watching: Sendable {
    private let pipeline: Pipeline
    private let board: HealthBoard
    private let sources: SourceTasks
    /// The number of the next source: none is given twice, so that what a former one gave is never taken for its.
    private let next = Mutex(0)

    package init(_ pipeline: Pipeline, board: HealthBoard) {
        self.pipeline = pipeline
        self.board = board
        sources = SourceTasks(pipeline.queue, board)
    }

    /// Watches until it is cancelled.
    ///
    /// - Parameter first: the sources that are followed from the beginning.
    /// - Throws: ``WatchError`` when the ledger cannot be used any more.
    package func run(following first: [WatchedSource]) async throws {
        do {
            try await work(first)
        } catch is CancellationError {
            // Stopped while the ledger could not be written to: what was not remembered is read again.
        }
    }

    private func work(_ first: [WatchedSource]) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await self.pipeline.run()
                return true
            }
            tasks.addTask {
                await self.tick()
                return false
            }
            tasks.addTask {
                await self.sources.run()
                return true
            }
            tasks.addTask {
                do {
                    try await self.follow(first, insteadOf: [])
                } catch is CancellationError {
                    // The pipeline cannot begin, and says why itself.
                }
                return false
            }
            defer {
                pipeline.queue.close()
                tasks.cancelAll()
            }
            try await withTaskCancellationHandler {
                // The pipeline ends first since it cannot go on, or else the sources have ended.
                while let isEnd = try await tasks.next(), !isEnd {}
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

    // MARK: Changing

    /// Has other rules judge from now on; they know what the ledger remembers, as after a restart.
    ///
    /// - Throws: why the rules from before still judge.
    package func judge(by rules: WatchedRules) async throws { _ = try await pipeline.queue.make(.rules(rules)) }

    /// Follows sources, from where the ledger knows of them, and those of some names no more.
    ///
    /// A source that is to be followed otherwise than before is both: it ends, what it gave is remembered, and it goes on
    /// from there. All others are not disturbed.
    ///
    /// - Throws: why none of the new ones is followed.
    package func follow(_ new: [WatchedSource], insteadOf names: Set<String>) async throws {
        let gone = sources.numbers(of: names)
        await sources.end(gone)
        let numbered = Dictionary(uniqueKeysWithValues: new.map { (number(), $0) })
        let cursors = try await pipeline.queue.make(.sources(gone: gone, new: numbered))
        for name in names.subtracting(new.map(\.name)) { board.forget(name) }
        for (number, source) in numbered.sorted(by: { $0.key < $1.key }) {
            sources.begin(source, as: number, from: cursors[number] ?? [:])
        }
    }

    private func number() -> Int {
        next.withLock { next in
            defer { next += 1 }
            return next
        }
    }
}
