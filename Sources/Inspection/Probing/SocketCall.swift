internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Posture

/// One question of HTTP/1.1 over a socket that is connected, and the beginning of its answer.
///
/// AsyncHTTPClient makes its connections itself, on threads of its own, and takes none that was made in another network.
enum SocketCall {
    struct Answer: Sendable {
        var head: HTTPResponseHead
        var body: [UInt8] = []
    }

    /// Why there was no answer.
    enum Failure: Error, CustomStringConvertible {
        case closed, late

        var description: String {
            switch self {
            case .closed: "Remote connection closed"
            case .late: "Deadline exceeded"
            }
        }
    }

    /// - Parameters:
    ///   - socket: is closed with the answer.
    ///   - context: of TLS; nil for none.
    static func answer(
        to question: Probe,
        over socket: Int32,
        by context: NIOSSLContext?,
        until end: NIODeadline
    ) async throws -> Answer {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let answer = try await bootstrap.withConnectedSocket(socket) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if let context {
                    // Names are for servers that are reached by name; here it is addresses.
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                }
                try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                let promise = channel.eventLoop.makePromise(of: Answer.self)
                do {
                    try pipeline.addHandler(AnswerCollector(question, promise, until: end))
                } catch {
                    promise.fail(error)
                }
                return promise.futureResult
            }
        }
        return try await answer.get()
    }
}

/// Sends one question, keeps the beginning of its answer, and closes.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let question: Probe
    private let end: NIODeadline
    /// nil once it is kept.
    private var promise: EventLoopPromise<SocketCall.Answer>?
    private var answer: SocketCall.Answer?
    private var timer: Scheduled<Void>?

    init(_ question: Probe, _ promise: EventLoopPromise<SocketCall.Answer>, until end: NIODeadline) {
        self.question = question
        self.promise = promise
        self.end = end
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: end) {
            let (collector, context) = bound.value
            collector.finish(SocketCall.Failure.late, context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { keep(SocketCall.Failure.closed) }

    func channelActive(context: ChannelHandlerContext) {
        let place = Listener(question.ownAddress, question.port).place
        var head = HTTPRequestHead(version: .http1_1, method: .init(rawValue: question.method), uri: question.path)
        head.headers = question.requestHeaders
        if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: place) }
        let body = question.requestBody.map { context.channel.allocator.buffer(string: $0) }
        if let body { head.headers.add(name: "content-length", value: "\(body.readableBytes)") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer = SocketCall.Answer(head: head)
        case .body(let part):
            let kept = answer?.body.count ?? 0
            answer?.body += part.readableBytesView.prefix(question.keptBytes - kept)
            if kept + part.readableBytes >= question.keptBytes { finish(SocketCall.Failure.closed, context) }
        case .end: finish(SocketCall.Failure.closed, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        keep(SocketCall.Failure.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(error, context) }

    private func finish(_ failure: any Error, _ context: ChannelHandlerContext) {
        keep(failure)
        context.close(promise: nil)
    }

    /// Keeps what there is of an answer, as what follows a head is worth no error; else why there is none.
    private func keep(_ failure: any Error) {
        timer?.cancel()
        if let answer { promise?.succeed(answer) } else { promise?.fail(failure) }
        promise = nil
    }
}
