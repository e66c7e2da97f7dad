import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// One end of a connection under a test's hand: bytes are sent as given, and what comes is compared byte for byte.
final class TestSocket: Sendable {
    private struct State {
        var received: [UInt8] = []
        var isInputClosed = false
        var isClosed = false
        var total = 0
        var keeps = true
    }

    private let channel: any Channel
    private let state: Mutex<State>

    fileprivate init(_ channel: any Channel) {
        self.channel = channel
        state = Mutex(State())
    }

    /// - Parameter greeting: what is sent as soon as it is connected, whatever else the machine is doing.
    static func connect(to path: String, sending greeting: String = "") async throws -> TestSocket {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(unixDomainSocketPath: path) { channel in prepare(channel, sending: greeting) }
    }

    /// Connects to a port of this host, in the clear where no TLS is given.
    static func connect(port: Int, tls: NIOSSLContext? = nil) async throws -> TestSocket {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let tls else { return }
                    let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(handler)
                }.flatMap { prepare(channel) }
            }
    }

    static func prepare(_ channel: any Channel, sending greeting: String = "") -> EventLoopFuture<TestSocket> {
        channel.eventLoop.makeCompletedFuture {
            let socket = TestSocket(channel)
            try channel.pipeline.syncOperations.addHandler(TestSocketHandler(socket, greeting))
            return socket
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func send(_ bytes: [UInt8], whenSent: @escaping @Sendable () -> Void) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenSuccess { whenSent() }
    }

    /// Sends and waits until it is on its way.
    func sendFully(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }

    func closeOutput() { channel.close(mode: .output, promise: nil) }
    func close() { channel.close(promise: nil) }

    /// Whether what comes is read at all.
    func reads(_ isReading: Bool) async throws { try await channel.setOption(.autoRead, value: isReading).get() }
    /// Counts what comes from now on instead of keeping it.
    func countOnly() { state.withLock { $0.keeps = false } }

    var total: Int { state.withLock { $0.total } }
    var pending: String { state.withLock { String(decoding: $0.received, as: UTF8.self) } }
    var isInputClosed: Bool { state.withLock { $0.isInputClosed || $0.isClosed } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// The next bytes are these.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        let count = text.utf8.count
        await Wait.until { state.withLock { $0.received.count >= count || $0.isClosed || $0.isInputClosed } }
        let taken = state.withLock { state in
            let taken = Array(state.received.prefix(count))
            state.received.removeFirst(taken.count)
            return taken
        }
        #expect(String(decoding: taken, as: UTF8.self) == text, sourceLocation: sourceLocation)
    }

    /// What comes up to and including `end`.
    func receive(through end: String) async -> String {
        await Wait.until { pending.contains(end) || isInputClosed }
        return state.withLock { state in
            let text = String(decoding: state.received, as: UTF8.self)
            guard let range = text.range(of: end) else { return "(nothing ended by \(end) in: \(text))" }
            let taken = String(text[..<range.upperBound])
            state.received.removeFirst(taken.utf8.count)
            return taken
        }
    }

    /// Nothing more comes, and the other end has closed its side.
    func expectEnd(sourceLocation: SourceLocation = #_sourceLocation) async {
        await Wait.until { isInputClosed }
        #expect(isInputClosed, "the connection did not end", sourceLocation: sourceLocation)
        #expect(pending == "", sourceLocation: sourceLocation)
    }

    fileprivate func received(_ buffer: ByteBuffer) {
        state.withLock { state in
            state.total += buffer.readableBytes
            if state.keeps { state.received += buffer.readableBytesView }
        }
    }

    fileprivate func inputClosed() { state.withLock { $0.isInputClosed = true } }
    fileprivate func closed() { state.withLock { $0.isClosed = true } }
}

private final class TestSocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let socket: TestSocket
    private let greeting: String

    init(_ socket: TestSocket, _ greeting: String) {
        self.socket = socket
        self.greeting = greeting
    }

    func channelActive(context: ChannelHandlerContext) {
        if !greeting.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { socket.received(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { socket.closed() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { socket.inputClosed() }
    }
}

/// Waits for what another thread does; a test fails by what it then finds.
enum Wait {
    static func until(_ condition: () -> Bool) async {
        for _ in 0..<10_000 {
            if condition() { return }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}

extension String {
    fileprivate func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
