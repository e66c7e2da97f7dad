internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// What a client of a stream server may take up.
package struct StreamLimits: Sendable, Equatable {
    /// Connections at a time; of more, those that sent nothing whole yet are closed, or else the new ones.
    package var connections: Int
    /// For a TLS handshake.
    package var handshake: Duration
    /// Between two pieces of what a client sends; how long we take to read does not count.
    package var idle: Duration

    package init(connections: Int = 256, handshake: Duration = .seconds(10), idle: Duration = .seconds(600)) {
        self.connections = connections
        self.handshake = handshake
        self.idle = idle
    }
}

/// Who is at the other end of a stream.
package final class StreamPeer: Sendable {
    private let known = Mutex<String?>(nil)
    private let proven = Mutex(false)

    /// The IP address, on TCP, once anything was read.
    package var address: String? { known.withLock { $0 } }

    /// Whether anything whole came from it: until then it makes room for others.
    var isProven: Bool { proven.withLock { $0 } }

    /// Something whole came.
    package func prove() { proven.withLock { $0 = true } }

    func become(_ address: String?) { known.withLock { $0 = address } }
}

/// Ends connections that do not come to an end of their handshake, show no certificate where they must, or are silent.
final class StreamWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: StreamLimits
    private let peer: StreamPeer
    private let needsCertificate: Bool
    private var isShaken: Bool
    /// Whether what comes is passed over until the connection has ended, which takes TLS a while.
    private var isRefused = false
    /// Since when there is nothing to read though somebody would; nil while nobody would.
    private var silentSince: NIODeadline?
    private var check: Scheduled<Void>?

    init(_ limits: StreamLimits, peer: StreamPeer, isTLS: Bool, needsCertificate: Bool) {
        self.limits = limits
        self.peer = peer
        self.needsCertificate = needsCertificate
        isShaken = !isTLS
    }

    func handlerAdded(context: ChannelHandlerContext) {
        silentSince = .now()
        look(context, at: .now() + TimeAmount(isShaken ? limits.idle : limits.handshake))
    }

    func channelActive(context: ChannelHandlerContext) {
        peer.become(context.channel.remoteAddress?.ipAddress)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { check?.cancel() }

    func read(context: ChannelHandlerContext) {
        if silentSince == nil { silentSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        silentSince = nil
        if !isRefused { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            isShaken = true
            silentSince = silentSince.map { _ in .now() }
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            guard !needsCertificate || certificate != nil else {
                isRefused = true
                return context.close(promise: nil)
            }
            check?.cancel()
            look(context, at: .now() + TimeAmount(limits.idle))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func look(_ context: ChannelHandlerContext, at time: NIODeadline) {
        check = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
            guard isShaken else { return context.close(promise: nil) }
            let end = (silentSince ?? .now()) + TimeAmount(limits.idle)
            if end <= .now() { context.close(promise: nil) } else { look(context, at: end) }
        }
    }
}
