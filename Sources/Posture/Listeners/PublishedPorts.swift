/// A container's port that the engine makes the host's, where a management application is behind it, or may be.
struct PublishedPort: Sendable, Equatable {
    /// Of the host; empty for all.
    var address: String
    /// Of the host.
    var port: Int
    /// The container's name, where it is known.
    var container: String?
    /// The application's, where it is known.
    var application: String?

    var isLoopback: Bool { Listener(address, port).isLoopback }
    var subject: String { Listener(address.isEmpty ? "0.0.0.0" : address, port).words }

    /// `Portainer (container ui)`.
    var words: String {
        let name =
            application ?? ManagementListener.likelyPorts[port] ?? ManagementListener.knownPorts[port]?.1 ?? "a port"
        return container.map { "\(name) (container \($0))" } ?? "\(name), published by the engine"
    }

    func isAt(_ listening: String) -> Bool {
        address == listening || address.isEmpty || (address == "0.0.0.0" && listening == "::")
    }
}

extension HostEvidence {
    /// Ports that the engine publishes for management applications.
    ///
    /// Where the engine does not say what its containers are, those that such applications use by default.
    var publishedPorts: [PublishedPort] {
        guard case .known(let containers) = engineContainers else { return publishedByListeners }
        return containers.flatMap { container -> [PublishedPort] in
            guard let application = container.application else { return [] }
            return container.publishedPorts.map { published in
                PublishedPort(
                    address: published.address,
                    port: published.port,
                    container: container.name,
                    application: application.name.rawValue
                )
            }
        }
    }

    /// Whether it is known what the engine publishes: by the engine, or by its helpers' sockets.
    var arePublishedPortsKnown: Bool {
        if case .known = engineContainers { return true }
        return listeners.value != nil
    }

    private var publishedByListeners: [PublishedPort] {
        let proxies = Set((processes.value ?? []).filter { $0.name == "docker-proxy" }.map(\.id))
        return (listeners.value ?? []).compactMap { listener in
            guard listener.transport == .tcp, !proxies.isDisjoint(with: listener.processes),
                ManagementListener.likelyPorts[listener.port] != nil
                    || ManagementListener.knownPorts[listener.port] != nil
            else { return nil }
            return PublishedPort(address: listener.address, port: listener.port)
        }
    }
}
