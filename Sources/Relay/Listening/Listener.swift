internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// One listening socket, and what is to be undone when it ends.
struct Listener {
    var channel: any Channel
    var configuration: ListenerConfiguration
    /// The certificate that may be replaced, where there is one.
    private(set) var served: ServedContext?
    private var socket: UnixSocket?

    /// Opens the socket and accepts.
    ///
    /// - Parameter accept: makes the handler of a connection, on the connection's event loop.
    static func open(
        _ configuration: ListenerConfiguration,
        group: MultiThreadedEventLoopGroup,
        accept: @escaping @Sendable (any EventLoop, ClientIdentification) -> ClientConnection?
    ) async throws(RelayError) -> Listener {
        let tls = try serverTLS(configuration)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .relay)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let transport = tls.transport
                    if let context = tls.context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    let identification = ClientIdentification(
                        listener: configuration.address.description,
                        transport: transport
                    )
                    guard let connection = accept(channel.eventLoop, identification) else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    try pipeline.addHandler(connection)
                }
            }
        do {
            switch configuration.address {
            case .unix(let path):
                let socket = try UnixSocket.listen(at: path, access: configuration.access)
                let channel = try await bootstrap.withBoundSocket(socket.descriptor).get()
                return Listener(channel: channel, configuration: configuration, socket: socket)
            case .tcp(let host, let port):
                let channel = try await bootstrap.bind(host: host, port: port).get()
                return Listener(channel: channel, configuration: configuration, served: tls.served)
            case .inherited(let descriptor):
                let channel = try await bootstrap.withBoundSocket(descriptor).get()
                return Listener(channel: channel, configuration: configuration, served: tls.served)
            }
        } catch let error as RelayError {
            throw error
        } catch {
            throw RelayError(.listen, "\(configuration.address): cannot listen: \(error)")
        }
    }

    func close() async {
        try? await channel.close().get()
        socket?.remove()
    }

    /// How the listener's connections are protected.
    private enum ServerTLS: Sendable {
        case none
        /// On a loopback address.
        case plain
        /// With client certificates.
        case strict(NIOSSLContext)
        case service(ServedContext)

        var context: NIOSSLContext? {
            switch self {
            case .none, .plain: nil
            case .strict(let context): context
            case .service(let served): served.current
            }
        }

        var served: ServedContext? { if case .service(let served) = self { served } else { nil } }

        var transport: ClientIdentification.Transport {
            switch self {
            case .none: .unix
            case .plain: .tcp
            case .strict: .tls
            case .service: .service
            }
        }
    }

    /// TLS for all that is no Unix socket, with client certificates unless it is a service's.
    private static func serverTLS(_ configuration: ListenerConfiguration) throws(RelayError) -> ServerTLS {
        let address = configuration.address
        switch address {
        case .unix: return .none
        case .tcp: break
        case .inherited(let descriptor):
            if try isUnixSocket(descriptor, address) { return .none }
        }
        if configuration.isPlain, address.isLoopback { return .plain }
        if let files = configuration.tls { return .strict(try files.serverContext()) }
        if let service = configuration.service { return .service(try ServedContext(service)) }
        throw RelayError(
            .tls,
            "\(address): whoever reaches this address could deploy containers (ATT&CK M1035); listen on a Unix "
                + "socket, or give a certificate, its key and the authority that signs the clients' certificates"
        )
    }

    /// Looks at a socket that was handed over: it must listen, on a Unix socket or for TCP.
    private static func isUnixSocket(_ descriptor: Int32, _ address: RelayAddress) throws(RelayError) -> Bool {
        let isListening = option(SO_ACCEPTCONN, of: descriptor) == 1
        let type = option(SO_TYPE, of: descriptor)
        guard isListening, type == Int32(SOCK_STREAM.rawValue), let domain = option(SO_DOMAIN, of: descriptor),
            domain == AF_UNIX || domain == AF_INET || domain == AF_INET6
        else {
            throw RelayError(
                .listen,
                "\(address): no listening stream socket was handed over under this number; see LISTEN_FDS"
            )
        }
        return domain == AF_UNIX
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
