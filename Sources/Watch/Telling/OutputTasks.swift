package import Delivery
internal import KubernetesAPI
internal import Synchronization

/// The tasks by which outputs tell what the ledger holds, each until it is no more.
package final class OutputTasks: Sendable {
    /// An output that tells from now on.
    private struct Begun: Sendable {
        var output: WatchedOutput
        /// Ends when the output is to tell no more.
        var going: AsyncStream<Never>
        /// To be ended once it has its place in the ledger, or cannot be used.
        var ready: AsyncThrowingStream<Never, any Error>.Continuation
        /// To be ended when it tells nothing any more.
        var ended: AsyncStream<Never>.Continuation
    }

    private struct Running: Sendable {
        /// Nil until it is ready.
        var dispatcher: Dispatcher?
        var going: AsyncStream<Never>.Continuation
        var ended: AsyncStream<Never>
    }

    private let store: LedgerAlerts
    private let metrics: DeliveryMetrics
    private let environment: [String: String]
    private let tell: @Sendable (DeliveryEvent) -> Void
    private let begun: AsyncStream<Begun>
    private let begins: AsyncStream<Begun>.Continuation
    private let running = Mutex<[String: Running]>([:])

    /// - Parameters:
    ///   - environment: says whether a terminal has colours.
    ///   - tell: is told how outputs do; must not wait.
    package init(
        store: LedgerAlerts,
        metrics: DeliveryMetrics,
        environment: [String: String],
        tell: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        self.store = store
        self.metrics = metrics
        self.environment = environment
        self.tell = tell
        (begun, begins) = AsyncStream.makeStream()
    }

    /// Tells by all that is begun, until it is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { tasks in
            for await one in begun { tasks.addTask { await self.tellUntilLetGo(one) } }
        }
    }

    /// Has outputs tell what is found from now on, or what they have not told yet, while ``run()`` runs.
    ///
    /// - Throws: why one cannot be used.
    package func begin(_ outputs: [WatchedOutput]) async throws {
        var waiting: [AsyncThrowingStream<Never, any Error>] = []
        for output in outputs {
            let going = AsyncStream<Never>.makeStream()
            let ended = AsyncStream<Never>.makeStream()
            let ready = AsyncThrowingStream<Never, any Error>.makeStream()
            running.withLock { $0[output.name] = Running(going: going.continuation, ended: ended.stream) }
            waiting.append(ready.stream)
            begins.yield(
                Begun(output: output, going: going.stream, ready: ready.continuation, ended: ended.continuation)
            )
        }
        for ready in waiting { for try await _ in ready {} }
    }

    /// Has outputs tell what they hold back and what is there, and then no more; their places stay in the ledger.
    ///
    /// - Parameter grace: after that long they end at once, with what they have not told still to be told.
    package func end(_ names: Set<String>, within grace: Duration) async {
        let ending = running.withLock { running in names.sorted().compactMap { running.removeValue(forKey: $0) } }
        guard !ending.isEmpty else { return }
        for one in ending { one.dispatcher?.finish() }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for one in ending { for await _ in one.ended {} } }
            tasks.addTask { try? await Task.sleep(for: grace) }
            await tasks.next()
            tasks.cancelAll()
        }
        for one in ending { one.going.finish() }
        for one in ending { for await _ in one.ended {} }
        for name in names { metrics.forget(name) }
    }

    /// Has the outputs look for new findings.
    package func wake() { for one in running.withLock({ $0 }).values { one.dispatcher?.wake() } }

    /// Opens the outputs' files anew, before what they write next.
    package func reopen() { for one in running.withLock({ $0 }).values { one.dispatcher?.reopen() } }

    // MARK: Telling

    private func tellUntilLetGo(_ one: Begun) async {
        do {
            try await Self.withCluster(of: one.output) { kubernetes in
                try await Outputs.opened(
                    [one.output.configuration],
                    kubernetes: kubernetes,
                    environment: environment
                ) { outputs in
                    let dispatcher = Dispatcher(outputs, store: store, metrics: metrics, tell: tell)
                    try await dispatcher.prepare()
                    running.withLock { $0[one.output.name]?.dispatcher = dispatcher }
                    one.ready.finish()
                    await self.run(dispatcher, while: one.going)
                }
            }
        } catch {
            one.ready.finish(throwing: error)
        }
        one.ended.finish()
    }

    private func run(_ dispatcher: Dispatcher, while going: AsyncStream<Never>) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await dispatcher.run() }
            tasks.addTask { for await _ in going {} }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Lends a client of the cluster that the output tells, where it tells one.
    static func withCluster(of output: WatchedOutput, _ body: (APIClient?) async throws -> Void) async throws {
        guard let cluster = output.cluster else { return try await body(nil) }
        try await APIClient.connected(to: cluster) { try await body($0) }
    }
}
