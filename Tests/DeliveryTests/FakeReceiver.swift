import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP receiver in miniature: it takes requests whole, and answers as it is told.
///
/// It stands for the services that cannot be had in the tests: Slack, Microsoft Teams, Elasticsearch and a collector. It
/// knows nothing of them: tests hold what was sent against what the services publish.
final class FakeReceiver: Sendable {
    struct Request: Sendable {
        var method: String
        var uri: String
        var headers: HTTPHeaders
        var body: [UInt8]

        /// The body, uncompressed.
        var text: String {
            get throws {
                guard headers["content-encoding"] == ["gzip"] else { return String(decoding: body, as: UTF8.self) }
                return try run("gzip", ["-dc"], input: body) ?? ""
            }
        }

        var json: [String: Any] {
            get throws {
                let object = try JSONSerialization.jsonObject(with: Data(try text.utf8))
                return object as? [String: Any] ?? [:]
            }
        }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: HTTPHeaders = [:]
        var body = ""
        /// Whether there is none at all.
        var isMissing = false
    }

    private let listener: any Channel
    private let state: State
    let url: String

    final class State: Sendable {
        let requests = Mutex<[Request]>([])
        let answer: @Sendable (Request, Int) -> Answer
        init(_ answer: @escaping @Sendable (Request, Int) -> Answer) { self.answer = answer }
    }

    var requests: [Request] { state.requests.withLock { $0 } }

    /// - Parameter answer: what is answered to a request, and to which: the first is 0.
    init(
        certificates: TestCertificates? = nil,
        answer: @escaping @Sendable (Request, Int) -> Answer = { _, _ in Answer() }
    ) throws {
        let state = State(answer)
        self.state = state
        let tls = try certificates.map { files in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
                )
            )
        }
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ReceiverHandler(state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        url = "\(tls == nil ? "http" : "https")://127.0.0.1:\(listener.localAddress?.port ?? 0)"
    }

    deinit { listener.close(promise: nil) }
}

private final class ReceiverHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: FakeReceiver.State
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ state: FakeReceiver.State) { self.state = state }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += part.readableBytesView
        case .end:
            guard let head else { return }
            let request = FakeReceiver.Request(
                method: head.method.rawValue,
                uri: head.uri,
                headers: head.headers,
                body: body
            )
            let index = state.requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            let answer = state.answer(request, index)
            guard !answer.isMissing else { return }
            var headers = answer.headers
            headers.add(name: "content-length", value: String(answer.body.utf8.count))
            let response = HTTPResponseHead(
                version: .http1_1,
                status: .init(statusCode: answer.status),
                headers: headers
            )
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
