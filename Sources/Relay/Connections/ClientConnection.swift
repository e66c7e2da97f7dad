internal import NIOCore

/// One client's connection: its requests judged one after another, forwarded, and answered in order.
///
/// All of it runs on one event loop, the upstream's connection included. What comes in the meantime waits in the
/// inbox, and no more is read while something waits: a client cannot make the relay hold more than it reads at once.
final class ClientConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Until it is known who the client is.
        case identifying
        /// Between requests, and in a head.
        case head
        /// A body is read to be judged.
        case collecting
        case judging
        /// The request is with the upstream.
        case forwarding
        /// The rest of an answered request's body is thrown away.
        case draining
        /// No longer HTTP.
        case tunnel
        /// The last answer is given; what the client still sends is thrown away.
        case lingering
        case closed
    }

    let server: ServerLoop
    let identification: ClientIdentification
    var client: Client
    var phase = Phase.identifying
    var parser: RequestHeadParser
    var exchange = Exchange.none
    var upstream: UpstreamConnection?
    var turn: Turn?
    var inbox = ByteBuffer()
    var outbox = Outbox()
    var drainedBytes = 0
    var isInputClosed = false
    var isOutputClosed = false
    /// Whether all that was written before the output was closed has left.
    private(set) var isOutputSent = false
    var isWritable = true
    /// When the client was last due to do something.
    var waitingSince: NIODeadline
    /// When the body that is read to be judged began.
    var collectingSince: NIODeadline
    /// Whether a request of the client's was let in.
    var hasAsked = false
    private(set) var context: ChannelHandlerContext?
    private var gate = ReadGate()
    private var isAdvancing = false
    private var isTaken = false

    init(server: ServerLoop, identification: ClientIdentification) {
        self.server = server
        self.identification = identification
        client = Client(listener: identification.listener)
        parser = RequestHeadParser(limits: server.limits.head)
        waitingSince = server.now
        collectingSince = server.now
    }

    // MARK: Told by the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard !isTaken else { return }
        guard server.add(self) else { return context.close(promise: nil) }
        isTaken = true
        if !identification.waitsForHandshake { identify(context) }
    }

    private func identify(_ context: ChannelHandlerContext) {
        guard case .identifying = phase else { return }
        identification.identify(context) { [self] client in
            guard let client else { return end() }
            self.client = client
            phase = .head
            waitingSince = server.now
            advance()
        }
    }

    func read(context: ChannelHandlerContext) {
        if gate.passes() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if inbox.readableBytes == 0 { waitingSince = server.now }
        inbox.append(unwrapInboundIn(data))
        advance()
        inbox.reclaim()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        upstream?.pauseReading(!isWritable)
        if isWritable { advance() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            advance()
        } else if identification.isHandshake(event) {
            identify(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .tunnel = phase { finishTunnel() }
        phase = .closed
        abandonUpstream()
        if isTaken { server.remove(self) }
        context.fireChannelInactive()
    }

    // MARK: Going on

    /// Goes on as far as what is there allows.
    func advance() {
        // What is done here may call back at once; the loop below goes on with it.
        guard !isAdvancing else { return }
        isAdvancing = true
        while step() {}
        isAdvancing = false
        if let context, gate.set(isPaused: holdsBack) { context.read() }
    }

    private func step() -> Bool {
        switch phase {
        case .head: return readHead()
        case .collecting: return collect()
        case .forwarding: return forwardBody()
        case .draining: return drainBody()
        case .tunnel: return forwardTunnel()
        case .lingering:
            inbox = ByteBuffer()
            if isInputClosed, isOutputSent { end() }
            return false
        case .identifying, .judging, .closed: return false
        }
    }

    /// Whether reading waits; it goes on while nothing is waiting, so that a client's end is seen.
    private var holdsBack: Bool {
        switch phase {
        case .head: !isWritable
        case .identifying, .judging, .forwarding, .tunnel: inbox.readableBytes > 0
        case .collecting, .draining, .lingering, .closed: false
        }
    }

    // MARK: Writing

    func write(_ piece: ByteBuffer) {
        guard let context else { return }
        outbox.append(piece) { context.write(wrapOutboundOut($0), promise: nil) }
    }

    func flush() {
        guard let context, !isOutputClosed else { return }
        if let bytes = outbox.take() { context.write(wrapOutboundOut(bytes), promise: nil) }
        context.flush()
    }

    /// Sends no more, after what is written.
    func closeOutput() {
        guard let context, !isOutputClosed else { return }
        flush()
        isOutputClosed = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            isOutputSent = true
            waitingSince = server.now
            advance()
        }
        context.close(mode: .output, promise: promise)
    }

    /// Ends the connection after the last answer, so that the client can read it: a close with unread input would
    /// reset it.
    func linger() {
        endTurn()
        closeOutput()
        phase = .lingering
        waitingSince = server.now
    }

    /// Ends the connection at once, after what was answered.
    func end() {
        if outbox.count > 0 { flush() }
        phase = .closed
        abandonUpstream()
        context?.close(promise: nil)
    }

    func abandonUpstream() {
        endTurn()
        upstream?.close()
        upstream = nil
    }

    func endTurn() {
        if let turn = turn.take() { turn.end() }
    }

    // MARK: Patience

    /// Ends what takes too long.
    func checkPatience(_ now: NIODeadline) {
        // A wait is noted at the time of the sweep before it: it must not seem longer than it was.
        let waited = now - waitingSince - ServerLoop.sweepInterval
        switch phase {
        case .identifying:
            if waited > .of(server.timeouts.head) { end() }
        case .head where inbox.readableBytes == 0 || !isWritable, .lingering where !isOutputSent:
            if waited > .of(server.timeouts.idle) { end() }
        case .head:
            if waited > .of(server.timeouts.head) {
                refuse(status: 408, "the request's head did not come within \(server.timeouts.head)")
            }
        case .collecting:
            if waited > .of(server.timeouts.body) {
                refuse(status: 408, "nothing of the request's body came for \(server.timeouts.body)")
            } else if now - collectingSince - ServerLoop.sweepInterval > allowance {
                refuse(status: 408, "the request's body comes slower than \(Self.slowestBytes) bytes a second")
            }
        case .draining, .lingering:
            if waited > .of(server.timeouts.lingering) { end() }
        case .judging, .forwarding, .tunnel, .closed: break
        }
    }

    /// A body that comes slower than that on average, in bytes a second, is not waited for long: its client means to hold
    /// the connection.
    private static let slowestBytes = 1_024

    /// How long what came of a body may have taken: some silences, and what it takes at that rate.
    private var allowance: TimeAmount {
        .of(server.timeouts.body) * 4 + .seconds(Int64(exchange.collected.count / Self.slowestBytes))
    }

    /// Whether it may be ended for others: nothing of it is under way.
    var isExpendable: Bool {
        switch phase {
        case .identifying, .draining, .lingering: true
        case .head: !hasAsked || inbox.readableBytes == 0
        case .collecting, .judging, .forwarding, .tunnel, .closed: false
        }
    }

    /// Ends it if it is idle; a request in flight is its last.
    func drain() {
        switch phase {
        case .identifying: end()
        case .head where inbox.readableBytes == 0: end()
        default: break
        }
    }
}
