import NIOCore
import NIOHTTP1

/// One connection to a fake API server: takes requests whole, and hands them over.
final class FakeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: FakeService
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ service: FakeService) { self.service = service }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(let part): body.writeImmutableBuffer(part)
        case .end:
            guard let head else { return }
            self.head = nil
            service.answer(head, String(buffer: body), on: context.channel)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        service.closed(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension Channel {
    /// A whole answer.
    func answer(_ code: Int, _ text: String) {
        let buffer = ByteBuffer(string: text)
        begin(code, ["content-length": String(buffer.readableBytes)])
        writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
        writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    /// An answer's head; what comes behind it is chunked, unless its length is named.
    func begin(_ code: Int, _ fields: HTTPHeaders = [:]) {
        var fields = fields
        fields.add(name: "content-type", value: "application/json")
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: code), headers: fields)
        writeAndFlush(HTTPServerResponsePart.head(head), promise: nil)
    }

    func send(_ text: String) {
        writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
    }

    func finish() { writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
}
