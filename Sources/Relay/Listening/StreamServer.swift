package import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Takes connections that carry bytes one way, with TLS or on this host; nothing is ever sent back.
package final class StreamServer: Sendable {
    private let configuration: ListenerConfiguration
    private let limits: StreamLimits
    private let needsCertificate: Bool
    private let served = Mutex<ServedContext?>(nil)
    private let connections = Mutex(OpenStreams())

    /// - Parameter needsCertificate: whether a client must show a certificate of the service's authority.
    package init(
        _ configuration: ListenerConfiguration,
        limits: StreamLimits = StreamLimits(),
        needsCertificate: Bool = false
    ) {
        self.configuration = configuration
        self.limits = limits
        self.needsCertificate = needsCertificate
    }

    /// Shows new connections what the certificate's files hold now, where that changed.
    ///
    /// - Returns: whether it is another.
    package func refreshCertificate() throws(RelayError) -> Bool {
        try served.withLock { $0 }?.refresh(always: false) ?? false
    }

    /// Serves until it is cancelled.
    ///
    /// - Parameters:
    ///   - onReady: called once connections are accepted.
    ///   - serve: reads one connection to its end.
    package func run(
        onReady: @Sendable () -> Void = {},
        _ serve: @escaping @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>, StreamPeer) async throws -> Void
    ) async throws(RelayError) {
        let context = try secured()
        served.withLock { $0 = context }
        var socket: UnixSocket?
        if case .unix(let path) = configuration.address {
            socket = try UnixSocket.listen(at: path, access: configuration.access)
        }
        defer { socket?.remove() }
        do {
            let listener = try await listen(context, socket)
            try await listener.executeThenClose { accepted in
                onReady()
                try await withThrowingDiscardingTaskGroup { tasks in
                    for try await connection in accepted {
                        tasks.addTask { await self.serve(connection, serve) }
                    }
                }
            }
        } catch {
            throw RelayError(.listen, "\(configuration.address): cannot listen: \(error)")
        }
    }

    private struct Connection: Sendable {
        var channel: NIOAsyncChannel<ByteBuffer, Never>
        var peer: StreamPeer
    }

    private func serve(
        _ connection: Connection,
        _ serve: @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>, StreamPeer) async throws -> Void
    ) async {
        let (number, evicted) = connections.withLock { open in
            open.take(connection.channel.channel, connection.peer, limits.connections)
        }
        evicted?.close(promise: nil)
        defer { if let number { connections.withLock { $0.end(number) } } }
        // What goes wrong on a connection ends that one alone.
        try? await connection.channel.executeThenClose { inbound in
            if number != nil { try await serve(inbound, connection.peer) }
        }
    }

    private func listen(
        _ context: ServedContext?,
        _ socket: UnixSocket?
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        let (limits, needsCertificate) = (limits, needsCertificate)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        let initialize: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context.current)) }
                let peer = StreamPeer()
                try pipeline.addHandler(
                    StreamWatch(limits, peer: peer, isTLS: context != nil, needsCertificate: needsCertificate)
                )
                return Connection(channel: try NIOAsyncChannel(wrappingChannelSynchronously: channel), peer: peer)
            }
        }
        switch configuration.address {
        case .tcp(let host, let port):
            return try await bootstrap.bind(host: host, port: port, childChannelInitializer: initialize)
        case .unix:
            guard let socket else { throw ChannelError.inappropriateOperationForState }
            return try await bootstrap.bind(socket.descriptor, childChannelInitializer: initialize)
        case .inherited(let descriptor):
            return try await bootstrap.bind(descriptor, childChannelInitializer: initialize)
        }
    }

    /// TLS for all that leaves this host.
    private func secured() throws(RelayError) -> ServedContext? {
        let address = configuration.address
        if let service = configuration.service { return try ServedContext(service) }
        if case .unix = address { return nil }
        if configuration.isPlain, address.isLoopback { return nil }
        throw RelayError(
            .tls,
            "\(address): whoever stands between could read and forge what is sent; give a certificate and its key, or listen "
                + "on a loopback address or a Unix socket"
        )
    }
}
