internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The connections to the upstream of one event loop; a client's bytes never change threads.
final class UpstreamPool {
    let eventLoop: any EventLoop
    let configuration: UpstreamConfiguration
    /// For requests that the upstream answers quickly.
    let turns: Turns
    private let tls: NIOSSLContext?
    private var idle: ArraySlice<UpstreamConnection> = []

    init(eventLoop: any EventLoop, configuration: UpstreamConfiguration, tls: NIOSSLContext?) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.tls = tls
        turns = Turns(
            eventLoop: eventLoop,
            limit: configuration.turns,
            patience: TimeAmount(configuration.turnPatience)
        )
    }

    /// An idle connection, the one that has been idle the longest.
    func take() -> UpstreamConnection? {
        while let connection = idle.popFirst() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    func keep(_ connection: UpstreamConnection) {
        guard idle.count < configuration.idleConnections else { return connection.close() }
        idle.append(connection)
    }

    func forget(_ connection: UpstreamConnection) {
        idle.removeAll { $0 === connection }
    }

    func closeIdle() {
        let connections = idle
        idle = []
        for connection in connections { connection.close() }
    }

    /// Opens a connection and tells once it is there, or why it is not.
    func connect(_ done: @escaping (Result<UpstreamConnection, UpstreamUnreachable>) -> Void) {
        let address = configuration.address
        let future: EventLoopFuture<any Channel>
        switch address {
        case .unix(let path): future = bootstrap(serverName: nil).connect(unixDomainSocketPath: path)
        case .tcp(let host, let port): future = bootstrap(serverName: host).connect(host: host, port: port)
        case .inherited:
            return done(.failure(UpstreamUnreachable(message: "\(address) is no upstream")))
        }
        future.assumeIsolated().whenComplete { [self] result in
            do {
                let pipeline = try result.get().pipeline.syncOperations
                let connection = try pipeline.handler(type: UpstreamConnection.self)
                connection.pool = self
                done(.success(connection))
            } catch {
                let message = "cannot connect to the upstream at \(address): \(error)"
                done(.failure(UpstreamUnreachable(message: message)))
            }
        }
    }

    private func bootstrap(serverName: String?) -> ClientBootstrap {
        let tls = tls
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .relay)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // A name is needed to verify the server; an address has none to send (RFC 6066).
                        let isAddress = serverName.map { (try? SocketAddress(ipAddress: $0, port: 0)) != nil } ?? true
                        let handler = try NIOSSLClientHandler(
                            context: tls,
                            serverHostname: isAddress ? nil : serverName
                        )
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(UpstreamConnection())
                }
            }
    }
}

/// Why there is no connection.
struct UpstreamUnreachable: Error {
    var message: String
}

extension ChannelOptions.Types.WriteBufferWaterMark {
    /// What may wait to be written on one connection before the other side is no longer read.
    static var relay: ChannelOptions.Types.WriteBufferWaterMark { .init(low: 64 << 10, high: 256 << 10) }
}
