internal import LiveIntake
internal import Synchronization

/// The tasks that follow sources, each until it is let go.
final class SourceTasks: Sendable {
    /// A source that is followed from now on.
    private struct Begun: Sendable {
        var number: Int
        var source: WatchedSource
        var cursors: [String: String]
        /// Ends when the source is to be let go.
        var going: AsyncStream<Never>
        /// To be ended when nothing of it comes any more.
        var ended: AsyncStream<Never>.Continuation
    }

    private struct Running: Sendable {
        var name: String
        var going: AsyncStream<Never>.Continuation
        var ended: AsyncStream<Never>
        /// Whether it has ended by itself, as standard input does.
        var isOver = false
    }

    private let queue: BatchQueue
    private let board: HealthBoard
    private let begun: AsyncStream<Begun>
    private let begins: AsyncStream<Begun>.Continuation
    private let running = Mutex<[Int: Running]>([:])

    /// How long a source that failed is left alone, at first and at last.
    private static let backOff = (first: Duration.seconds(1), last: Duration.seconds(60))

    init(_ queue: BatchQueue, _ board: HealthBoard) {
        self.queue = queue
        self.board = board
        (begun, begins) = AsyncStream.makeStream()
    }

    /// Follows all that is begun, until it is cancelled or all sources have ended by themselves.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for await one in begun { tasks.addTask { await self.followUntilLetGo(one) } }
        }
    }

    /// Follows a source from there on.
    func begin(_ source: WatchedSource, as number: Int, from cursors: [String: String]) {
        let going = AsyncStream<Never>.makeStream()
        let ended = AsyncStream<Never>.makeStream()
        running.withLock {
            $0[number] = Running(name: source.name, going: going.continuation, ended: ended.stream)
        }
        board.begin(source.name)
        begins.yield(
            Begun(number: number, source: source, cursors: cursors, going: going.stream, ended: ended.continuation)
        )
    }

    /// The numbers of those that have these names.
    func numbers(of names: Set<String>) -> [Int] {
        running.withLock { $0.filter { names.contains($0.value.name) }.map(\.key).sorted() }
    }

    /// Lets sources go, and returns once nothing of them comes any more; what they gave is remembered.
    func end(_ numbers: [Int]) async {
        let ending = running.withLock { running in numbers.compactMap { running.removeValue(forKey: $0) } }
        for one in ending { one.going.finish() }
        for one in ending { for await _ in one.ended {} }
    }

    private func followUntilLetGo(_ one: Begun) async {
        let isOver = await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await self.follow(one)
                return true
            }
            tasks.addTask {
                for await _ in one.going {}
                return false
            }
            defer { tasks.cancelAll() }
            return await tasks.next() ?? true
        }
        one.ended.finish()
        guard isOver else { return }
        let isLast = running.withLock { running in
            running[one.number]?.isOver = true
            return !running.isEmpty && running.values.allSatisfy(\.isOver)
        }
        if isLast { begins.finish() }
    }

    /// Follows a source, and does so again when it fails.
    private func follow(_ one: Begun) async {
        let name = one.source.name
        let feed = PipelineFeed(of: name, one.number, queue, board, beginningAt: one.cursors)
        var wait = Self.backOff.first
        while !Task.isCancelled {
            do {
                try await one.source.source.follow(from: feed.cursors, into: feed)
                return
            } catch is CancellationError {
                return
            } catch {
                board.set(.waiting(reason: "\(error)", attempt: 1), of: name)
            }
            try? await Task.sleep(for: wait)
            wait = min(wait * 2, Self.backOff.last)
        }
    }
}
