internal import PrometheusMetrics
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Listens, asks a gatekeeper about each request, and forwards what it lets pass.
package final class RelayServer: Sendable {
    private let configuration: RelayConfiguration
    private let gatekeeper: any Gatekeeper
    private let upstream: HTTPUpstream?
    private let metrics: RelayMetrics
    /// The certificates that may be replaced, once listeners are open.
    private let served = Mutex<[(address: RelayAddress, context: ServedContext)]>([])
    private let shutdowns: AsyncStream<Duration>
    private let shutdownRequests: AsyncStream<Duration>.Continuation

    /// - Parameters:
    ///   - upstream: who is asked; nil for a gatekeeper that answers everything itself.
    ///   - metrics: what is measured of it, in a registry that nobody reads unless told otherwise.
    package init(
        configuration: RelayConfiguration,
        gatekeeper: any Gatekeeper,
        upstream: HTTPUpstream?,
        metrics: RelayMetrics = RelayMetrics(MetricRegistry())
    ) {
        self.configuration = configuration
        self.gatekeeper = gatekeeper
        self.upstream = upstream
        self.metrics = metrics
        if upstream != nil { metrics.tellUpstream() }
        (shutdowns, shutdownRequests) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Serves until it is cancelled, which ends every connection, or shut down.
    ///
    /// - Parameter onReady: called once every listener accepts.
    package func run(onReady: @Sendable () -> Void = {}) async throws(RelayError) {
        try checkAnswering()
        let group: MultiThreadedEventLoopGroup = .singleton
        let eventLoops = Array(group.makeIterator())
        let judgements = eventLoops.map { _ in AsyncStream<Judgement>.makeStream() }
        let loops = await makeLoops(on: eventLoops, judgements: judgements.map(\.continuation))
        let listeners: [Listener]
        do {
            listeners = try await listen(on: group, loops: loops)
        } catch {
            await stop(loops)
            throw error
        }
        served.withLock { $0 = listeners.compactMap { one in one.served.map { (one.configuration.address, $0) } } }
        let gatekeeper = gatekeeper
        await withDiscardingTaskGroup { tasks in
            for (eventLoop, (requests, _)) in zip(eventLoops, judgements) {
                tasks.addTask(executorPreference: LoopExecutor(eventLoop)) {
                    await withDiscardingTaskGroup { rulings in
                        for await judgement in requests {
                            // Begun at once, on the connection's own thread, unless the others there would wait for it.
                            if judgement.isLong {
                                rulings.addTask(executorPreference: globalConcurrentExecutor) {
                                    await judgement.run(gatekeeper)
                                }
                            } else {
                                rulings.addImmediateTask { await judgement.run(gatekeeper) }
                            }
                        }
                    }
                }
            }
            onReady()
            var grace = Duration.zero
            for await requested in shutdowns {
                grace = requested
                break
            }
            for listener in listeners { await listener.close() }
            await drain(loops, within: grace)
            await stop(loops)
            for (_, requests) in judgements { requests.finish() }
        }
    }

    /// Stops accepting, ends idle connections, gives requests and tunnels that long to end, and ends the rest.
    package func shutdown(gracePeriod: Duration) {
        shutdownRequests.yield(gracePeriod)
        shutdownRequests.finish()
    }

    /// Shows new connections what the certificates' files hold now, where that changed; those that stand go on.
    ///
    /// - Parameter always: whether files are read even if they look unchanged.
    /// - Returns: the listeners whose certificate was replaced, and why others could not be: those keep the old one.
    package func refreshCertificates(always: Bool = false) -> (replaced: [RelayAddress], failures: [RelayError]) {
        var replaced: [RelayAddress] = []
        var failures: [RelayError] = []
        for (address, context) in served.withLock({ $0 }) {
            do throws(RelayError) {
                if try context.refresh(always: always) { replaced.append(address) }
            } catch {
                failures.append(error)
            }
        }
        return (replaced, failures)
    }

    /// Until when the certificate that a listener shows to new connections is valid, in seconds since 1970; nothing of
    /// listeners whose certificate is read only once.
    package var certificateExpiries: [(address: RelayAddress, notAfter: Int64)] {
        served.withLock { $0 }.compactMap { address, context in context.notAfter.map { (address, $0) } }
    }

    // MARK: Steps

    /// Whoever may connect without a certificate must reach nothing behind the relay.
    private func checkAnswering() throws(RelayError) {
        guard upstream != nil, let open = configuration.listeners.first(where: { $0.service != nil || $0.isPlain })
        else { return }
        throw RelayError(
            .tls,
            "\(open.address): clients without a certificate would reach what is behind it (ATT&CK M1035); give the "
                + "authority that signs the clients' certificates"
        )
    }

    private typealias Loops = [ObjectIdentifier: NIOLoopBound<ServerLoop>]

    private func makeLoops(
        on eventLoops: [any EventLoop],
        judgements: [AsyncStream<Judgement>.Continuation]
    ) async -> Loops {
        var loops = Loops()
        for (eventLoop, judgements) in zip(eventLoops, judgements) {
            let future = eventLoop.submit { [configuration, gatekeeper, upstream, metrics] in
                let loop = ServerLoop(
                    eventLoop: eventLoop,
                    gatekeeper: gatekeeper,
                    configuration: configuration,
                    loops: eventLoops.count,
                    upstream: upstream?.pool(on: eventLoop),
                    metrics: metrics,
                    judgements: judgements
                )
                loop.startSweeping()
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }
            if let loop = try? await future.get() { loops[ObjectIdentifier(eventLoop)] = loop }
        }
        return loops
    }

    private func listen(
        on group: MultiThreadedEventLoopGroup,
        loops: Loops
    ) async throws(RelayError) -> [Listener] {
        var listeners: [Listener] = []
        do throws(RelayError) {
            for listener in configuration.listeners {
                listeners.append(
                    try await Listener.open(listener, group: group) { eventLoop, identification in
                        loops[ObjectIdentifier(eventLoop)].map {
                            ClientConnection(server: $0.value, identification: identification)
                        }
                    }
                )
            }
        } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        return listeners
    }

    private func drain(_ loops: Loops, within grace: Duration) async {
        guard grace > .zero else { return }
        let drained = loops.values.map { loop in
            loop.eventLoop.flatSubmit { loop.value.drain() }
        }
        guard let eventLoop = loops.values.first?.eventLoop else { return }
        let done = eventLoop.makePromise(of: Void.self)
        let timeout = eventLoop.scheduleTask(in: TimeAmount(grace)) { done.succeed() }
        EventLoopFuture.andAllComplete(drained, on: eventLoop).whenComplete { _ in
            timeout.cancel()
            done.succeed()
        }
        // A future knows nothing of tasks: without this, whoever is cancelled would wait the whole grace period.
        await withTaskCancellationHandler {
            try? await done.futureResult.get()
        } onCancel: {
            done.succeed()
        }
    }

    private func stop(_ loops: Loops) async {
        for loop in loops.values {
            try? await loop.eventLoop.submit { loop.value.stop() }.get()
        }
    }
}
