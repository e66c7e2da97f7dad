internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// A connection to a syslog receiver, made when there is something to send, and again when it broke.
final class SyslogStream: Sendable {
    private let address: SyslogSink.StreamAddress
    private let connection = Mutex<(any Channel)?>(nil)

    init(_ address: SyslogSink.StreamAddress) { self.address = address }

    /// Returns once the kernel has taken the bytes: there is no other receipt.
    func send(_ bytes: [UInt8]) async throws(DeliveryError) {
        let channel = try await connected()
        do {
            try await withTaskCancellationHandler {
                // A receiver that does not read is given up.
                let giveUp = channel.eventLoop.scheduleTask(in: TimeAmount(address.timeout)) {
                    channel.close(promise: nil)
                }
                defer { giveUp.cancel() }
                try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            await close()
            throw self.error(error)
        }
    }

    func close() async {
        let channel = connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
        // One that is closed already has nothing more to say.
        try? await channel?.close().get()
    }

    private func connected() async throws(DeliveryError) -> any Channel {
        if let channel = connection.withLock({ $0 }), channel.isActive { return channel }
        do {
            let tls = try address.tls.map { try Self.context($0) }
            let address = address
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(address.timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls {
                            let name = address.tls?.serverName ?? address.host
                            try pipeline.addHandler(try Self.tlsHandler(tls, name))
                        }
                        try pipeline.addHandler(PeerWatch(isReady: tls == nil ? nil : channel.eventLoop.makePromise()))
                    }
                }
            let channel = try await bootstrap.connect(host: address.host, port: address.port).get()
            try await handshake(of: channel)
            connection.withLock { $0 = channel }
            return channel
        } catch {
            throw self.error(error)
        }
    }

    private func handshake(of channel: any Channel) async throws {
        guard address.tls != nil else { return }
        let ready = try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: PeerWatch.self).ready
        }.get()
        let giveUp = channel.eventLoop.scheduleTask(in: TimeAmount(address.timeout)) { channel.close(promise: nil) }
        defer { giveUp.cancel() }
        try await ready?.get()
    }

    private static func context(_ files: SyslogSink.StreamAddress.TLS) throws -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.shutdownTimeout = .milliseconds(500)
        if let path = files.authorityFile {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        }
        if let chain = files.certificateFile, let key = files.keyFile {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(chain).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return try NIOSSLContext(configuration: tls)
    }

    private static func tlsHandler(_ context: NIOSSLContext, _ name: String) throws -> NIOSSLClientHandler {
        // An address is no server name to send, but certificates have them as well.
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name)
    }

    private func error(_ error: any Error) -> DeliveryError {
        let place = "\(address.host):\(address.port)"
        if error is CancellationError { return DeliveryError("\(place): given up", isTransient: true) }
        if case ChannelError.ioOnClosedChannel = error {
            return DeliveryError(
                "\(place): the syslog receiver closed the connection or does not read",
                isTransient: true
            )
        }
        return DeliveryError("\(place): the syslog receiver cannot be reached: \(error)", isTransient: true)
    }
}

/// Notices that the receiver has gone: it has nothing to say, and what it says is not kept.
private final class PeerWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let isReady: EventLoopPromise<Void>?
    /// Succeeds with the TLS handshake; nil without TLS.
    var ready: EventLoopFuture<Void>? { isReady?.futureResult }

    init(isReady: EventLoopPromise<Void>?) { self.isReady = isReady }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { isReady?.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isReady?.fail(error)
        context.close(promise: nil)
    }

    /// With the end of the channel, also of one that was never connected.
    func handlerRemoved(context: ChannelHandlerContext) { isReady?.fail(ChannelError.eof) }
}
