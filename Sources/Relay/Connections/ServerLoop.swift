internal import PrometheusMetrics
internal import NIOCore

/// What the connections of one event loop share.
final class ServerLoop {
    let eventLoop: any EventLoop
    let gatekeeper: any Gatekeeper
    let limits: RelayLimits
    let timeouts: RelayTimeouts
    let upstream: UpstreamPool?
    let metrics: RelayMetrics
    private let judgements: AsyncStream<Judgement>.Continuation
    private let maximumConnections: Int
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    /// The time at the last sweep: exact enough for timeouts, and costs requests nothing.
    private(set) var now = NIODeadline.now()
    private(set) var isDraining = false
    private var drained: EventLoopPromise<Void>?
    /// Connections with an answer that is still to be sent.
    private var answered: [ClientConnection] = []
    private var sweeping: RepeatedTask?

    static let sweepInterval = TimeAmount.milliseconds(500)

    init(
        eventLoop: any EventLoop,
        gatekeeper: any Gatekeeper,
        configuration: RelayConfiguration,
        loops: Int,
        upstream: UpstreamPool?,
        metrics: RelayMetrics,
        judgements: AsyncStream<Judgement>.Continuation
    ) {
        self.eventLoop = eventLoop
        self.gatekeeper = gatekeeper
        limits = configuration.limits
        timeouts = configuration.timeouts
        maximumConnections = max(1, configuration.limits.connections / loops)
        self.upstream = upstream
        self.metrics = metrics
        self.judgements = judgements
    }

    func startSweeping() {
        // One timer for all connections of the loop, none per request.
        sweeping = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.sweepInterval,
            delay: Self.sweepInterval
        ) { [bound = NIOLoopBound(self, eventLoop: eventLoop)] _ in bound.value.sweep() }
    }

    /// Takes a connection in; false when there are too many.
    func add(_ connection: ClientConnection) -> Bool {
        guard !isDraining, connections.count < maximumConnections || makeRoom() else {
            metrics.refusedConnections.increment()
            return false
        }
        connections[ObjectIdentifier(connection)] = connection
        metrics.connections.increment()
        metrics.openConnections.add(1)
        return true
    }

    /// Ends a connection that nobody would miss: one that never asked for anything, or else one between two requests, of
    /// either the one that was silent for longest; false where there is none.
    ///
    /// So whoever opens connections and does nothing with them shuts nobody out. Ends take a moment with TLS: there may
    /// be twice as many connections as are served.
    private func makeRoom() -> Bool {
        guard connections.count < 2 * maximumConnections else { return false }
        let idle = connections.values.filter { $0.isExpendable }
        let worst = idle.min { ($0.hasAsked ? 1 : 0, $0.waitingSince) < ($1.hasAsked ? 1 : 0, $1.waitingSince) }
        guard let worst else { return false }
        metrics.evictedConnections.increment()
        worst.end()
        return true
    }

    func remove(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = nil
        metrics.openConnections.add(-1)
        if connections.isEmpty { drained?.succeed() }
    }

    func judge(_ head: RequestHead, body: [UInt8]?, from client: Client, on connection: ClientConnection) {
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        judgements.yield(Judgement(head: head, body: body, client: client, connection: bound))
    }

    /// How many answers at most wait for each other.
    private static let gatheredAnswers = 16

    /// Sends what a connection has to send once the loop has looked at the others that have something to read.
    ///
    /// Each answer wakes a client, which on a busy machine takes the processor from those that still wait to be read.
    func flushSoon(_ connection: ClientConnection) {
        answered.append(connection)
        if answered.count == Self.gatheredAnswers { return flushAnswers() }
        guard answered.count == 1 else { return }
        eventLoop.execute { [bound = NIOLoopBound(self, eventLoop: eventLoop)] in bound.value.flushAnswers() }
    }

    private func flushAnswers() {
        let connections = answered
        answered.removeAll(keepingCapacity: true)
        for connection in connections { connection.flush() }
    }

    /// Ends idle connections, lets the others finish; done when none is left.
    func drain() -> EventLoopFuture<Void> {
        isDraining = true
        let promise = eventLoop.makePromise(of: Void.self)
        drained = promise
        for connection in Array(connections.values) { connection.drain() }
        if connections.isEmpty { promise.succeed() }
        return promise.futureResult
    }

    /// Ends every connection and the sweeping.
    func stop() {
        isDraining = true
        for connection in Array(connections.values) { connection.end() }
        upstream?.closeIdle()
        sweeping?.cancel()
        sweeping = nil
    }

    private func sweep() {
        now = .now()
        for connection in Array(connections.values) { connection.checkPatience(now) }
    }
}

extension TimeAmount {
    /// The same span, to the nanosecond.
    static func of(_ duration: Duration) -> TimeAmount { TimeAmount(duration) }
}
