internal import NIOCore

/// One connection to the upstream: one request at a time, kept for the next, or turned into a tunnel.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case idle
        case head
        case body
        /// The answer is whole; whoever asked has not let go yet.
        case answered
        case tunnel
        case closed
    }

    private var phase = Phase.idle
    private var context: ChannelHandlerContext?
    private var inbox = ByteBuffer()
    private var outbox = Outbox()
    private var parser: ResponseHeadParser
    private var body = BodyDecoder(.none)
    private var consumer: (any UpstreamConsumer)?
    private var asksForHead = false
    private var isPersistent = true
    private var isOutputClosed = false
    private var gate = ReadGate()
    private var lastError: (any Error)?
    private(set) var isWritable = true
    /// Whether it served a request before, so that the upstream may have closed it meanwhile.
    private(set) var isReused = false
    /// Whether chunked framing is taken off an answer.
    var takesChunksOff = false
    weak var pool: UpstreamPool?

    init(limits: HeadLimits = HeadLimits()) { parser = ResponseHeadParser(limits: limits) }

    var isOpen: Bool { if case .closed = phase { false } else { context != nil } }
    /// Bytes in memory for whoever asked.
    var heldBytes: Int { inbox.readableBytes + outbox.count }

    // MARK: Asked by the consumer

    /// Takes the connection for one exchange; what is written next is the request.
    func begin(for consumer: any UpstreamConsumer, asksForHead: Bool) {
        self.consumer = consumer
        self.asksForHead = asksForHead
        takesChunksOff = false
        phase = .head
    }

    func write(_ piece: ByteBuffer) {
        guard let context, isOpen else { return }
        outbox.append(piece) { context.write(wrapOutboundOut($0), promise: nil) }
    }

    /// Writes into the outgoing bytes directly.
    func compose<Result>(_ body: (inout ByteBuffer) -> Result) -> Result { outbox.compose(body) }

    func flush() {
        guard let context, isOpen else { return }
        if let bytes = outbox.take() { context.write(wrapOutboundOut(bytes), promise: nil) }
        context.flush()
    }

    func becomeTunnel() { phase = .tunnel }

    /// Holds back reading while the other side cannot keep up.
    func pauseReading(_ isPaused: Bool) {
        guard let context, gate.set(isPaused: isPaused) else { return }
        context.read()
    }

    /// Sends no more; the upstream sees the end of input.
    func closeOutput() {
        guard let context, isOpen, !isOutputClosed else { return }
        isOutputClosed = true
        flush()
        context.close(mode: .output, promise: nil)
    }

    /// Lets go after a whole answer: kept for another request where that is sound.
    func release() {
        consumer = nil
        guard case .answered = phase, isPersistent, !isOutputClosed, inbox.readableBytes == 0, outbox.count == 0,
            let pool
        else { return close() }
        pauseReading(false)
        phase = .idle
        isReused = true
        pool.keep(self)
    }

    /// Closes once what is written has left, or, if the upstream takes nothing, after a while.
    func finish(within patience: TimeAmount) {
        guard isOpen, let context else { return }
        consumer = nil
        flush()
        phase = .closed
        let channel = context.channel
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let timeout = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        promise.futureResult.whenComplete { _ in
            timeout.cancel()
            channel.close(promise: nil)
        }
        if isOutputClosed { promise.succeed() } else { context.close(mode: .output, promise: promise) }
    }

    func close() {
        consumer = nil
        guard isOpen, let context else { return }
        phase = .closed
        context.close(promise: nil)
    }

    // MARK: Told by the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if gate.passes() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbox.append(unwrapInboundIn(data))
        do throws(MalformedMessage) {
            while try step() {}
        } catch {
            fail(UpstreamFailure(message: "the upstream's answer cannot be read: \(error)", answerHadBegun: true))
        }
        inbox.reclaim()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        consumer?.upstreamPaused(self)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        consumer?.upstreamWritabilityChanged(self)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            if case .tunnel = phase {
                consumer?.upstreamInputClosed(self)
            } else {
                inputEnded()
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lastError = error
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inputEnded()
        context.fireChannelInactive()
    }

    // MARK: Reading an answer

    /// Reads one part of what came; whether there may be another.
    private func step() throws(MalformedMessage) -> Bool {
        switch phase {
        case .closed, .answered: return false
        case .idle:
            // Bytes that nobody asked for: this connection's framing can no longer be relied on.
            if inbox.readableBytes > 0 { close() }
            return false
        case .head:
            guard let head = try parser.read(&inbox) else { return false }
            // Interim answers are this connection's own business: the relay asks for none.
            guard head.status >= 200 || head.status == 101 else { return true }
            beginBody(of: head)
            consumer?.upstream(self, answered: head)
            return true
        case .body: return try readBody()
        case .tunnel:
            guard inbox.readableBytes > 0 else { return false }
            let piece = inbox
            inbox = ByteBuffer()
            consumer?.upstream(self, received: piece)
            return false
        }
    }

    private func beginBody(of head: ResponseHead) {
        isPersistent = head.isPersistent
        phase = .body
        if asksForHead || head.status == 204 || head.status == 304 || head.status == 101 {
            body = BodyDecoder(.none)
        } else {
            switch head.framing {
            case .length(let count): body = BodyDecoder(count > 0 ? .length(count) : .none)
            case .chunked: body = BodyDecoder(.chunked)
            case .untilClose:
                body = .untilClose
                isPersistent = false
            }
        }
    }

    private func readBody() throws(MalformedMessage) -> Bool {
        if !body.isEnded {
            if takesChunksOff {
                switch try body.next(from: &inbox) {
                case nil: return false
                case .data(let piece): consumer?.upstream(self, received: piece)
                case .end: break
                }
            } else {
                let piece = try body.nextVerbatim(from: &inbox)
                if let piece { consumer?.upstream(self, received: piece) }
                guard piece != nil || body.isEnded else { return false }
            }
        }
        guard case .body = phase, body.isEnded else { return isOpen }
        phase = .answered
        consumer?.upstreamEnded(self)
        return true
    }

    /// No more will come.
    private func inputEnded() {
        switch phase {
        case .idle:
            pool?.forget(self)
            close()
        case .head:
            let reason = lastError.map { ": \($0)" } ?? ""
            fail(
                UpstreamFailure(
                    message: "the upstream closed the connection before it answered\(reason)",
                    answerHadBegun: inbox.readableBytes > 0
                )
            )
        case .body where body.endsWithConnection && lastError == nil:
            phase = .answered
            consumer?.upstreamEnded(self)
        case .body, .tunnel:
            fail(UpstreamFailure(message: "the upstream closed the connection in its answer", answerHadBegun: true))
        case .answered:
            isPersistent = false
        case .closed: break
        }
    }

    private func fail(_ failure: UpstreamFailure) {
        let consumer = consumer
        close()
        consumer?.upstream(self, failed: failure)
    }
}
