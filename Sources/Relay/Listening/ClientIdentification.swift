internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// How a listener's clients are told apart.
struct ClientIdentification: Sendable {
    enum Transport: Sendable {
        case unix
        case tcp
        /// With a client certificate.
        case tls
        /// TLS where a client need not have one.
        case service
    }

    var listener: String
    var transport: Transport

    var waitsForHandshake: Bool { transport == .tls || transport == .service }

    func isHandshake(_ event: Any) -> Bool {
        if case .handshakeCompleted? = event as? TLSUserEvent { true } else { false }
    }

    /// Tells who is there, or nil when that cannot be told where it must.
    func identify(_ context: ChannelHandlerContext, done: @escaping (Client?) -> Void) {
        var client = Client(listener: listener)
        switch transport {
        case .tcp:
            client.address = context.channel.remoteAddress?.ipAddress
            done(client)
        case .tls, .service:
            client.address = context.channel.remoteAddress?.ipAddress
            guard let certificate = (try? context.pipeline.syncOperations.nioSSL_peerCertificate()) ?? nil else {
                return done(transport == .service ? client : nil)
            }
            guard let bytes = try? certificate.toDERBytes(), let names = CertificateNames.read(bytes) else {
                return done(nil)
            }
            client.certificate = names
            done(client)
        case .unix:
            guard let provider = context.channel as? any SocketOptionProvider else { return done(nil) }
            PeerCredentialsOption.read(provider).assumeIsolated().whenComplete { result in
                // Who connects to a Unix socket is always known; if it is not, nobody is let in.
                client.peer = try? result.get()
                done(client.peer == nil ? nil : client)
            }
        }
    }
}
