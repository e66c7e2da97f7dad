internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// The server behind the relay, over HTTP/1.1.
package final class HTTPUpstream: Upstream {
    let configuration: UpstreamConfiguration
    /// The process's event loops: a relay's connections and its upstream's must share them.
    let group: MultiThreadedEventLoopGroup
    private let tls: NIOSSLContext?
    private let pools = Mutex<[ObjectIdentifier: NIOLoopBound<UpstreamPool>]>([:])

    /// Reads TLS files; connects to nothing yet.
    package init(_ configuration: UpstreamConfiguration) throws(RelayError) {
        self.configuration = configuration
        group = .singleton
        switch (configuration.address, configuration.tls) {
        case (.tcp, let files?): tls = try files.clientContext()
        case (.tcp, nil):
            throw RelayError(
                .tls,
                "\(configuration.address): an upstream on a network is asked with TLS only; "
                    + "give the client's certificate and key and the authority's certificate"
            )
        case (.unix, _): tls = nil
        case (.inherited, _): throw RelayError(.address, "\(configuration.address): cannot be connected to")
        }
    }

    package func get(_ target: String) async throws(UpstreamError) -> UpstreamAnswer {
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: UpstreamAnswer.self)
        eventLoop.execute {
            UpstreamFetch(target: target, pool: self.pool(on: eventLoop), promise: promise).start()
        }
        do {
            return try await promise.futureResult.get()
        } catch let error as UpstreamError {
            throw error
        } catch {
            throw UpstreamError("GET \(target): \(error)")
        }
    }

    /// The pool of the event loop that this is called on.
    func pool(on eventLoop: any EventLoop) -> UpstreamPool {
        pools.withLock { pools in
            if let pool = pools[ObjectIdentifier(eventLoop)] { return pool }
            let pool = UpstreamPool(eventLoop: eventLoop, configuration: configuration, tls: tls)
            let bound = NIOLoopBound(pool, eventLoop: eventLoop)
            pools[ObjectIdentifier(eventLoop)] = bound
            return bound
        }.value
    }
}
