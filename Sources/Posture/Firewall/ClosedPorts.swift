/// The ports of a host that are to be closed to all but its management networks.
///
/// One answer for all checks: each would have the same table of the packet filter to itself, and whichever was loaded last
/// would open what the others had closed.
struct ClosedPorts: Sendable, Equatable {
    /// Those that the host itself listens at.
    var own: Set<Int> = []
    /// Those that an engine hands on to containers, as the host's.
    var published: Set<Int> = []
    /// Those that take datagrams.
    var udp: Set<Int> = []

    var isEmpty: Bool { own.isEmpty && published.isEmpty && udp.isEmpty }
    /// Of whichever kind, in order.
    var numbers: [Int] { own.union(published).union(udp).sorted() }
}

extension Evidence {
    /// What any check wants closed.
    var closedPorts: ClosedPorts {
        guard let host = host.value else { return ClosedPorts() }
        // The host's filter closes nothing that containers have among themselves.
        func isOpen(_ listener: Listener) -> Bool {
            !listener.isLoopback && listener.network == nil && !listener.isExpected(expectations)
        }
        var closed = ClosedPorts()
        for one in host.managementListeners.value ?? [] where isOpen(one.listener) {
            if one.isPublished {
                closed.published.insert(one.listener.port)
            } else {
                closed.own.insert(one.listener.port)
            }
        }
        for port in host.publishedPorts where isOpen(Listener(port.address, port.port)) {
            closed.published.insert(port.port)
        }
        for endpoint in host.republishedDocker where isOpen(endpoint.listener) {
            if endpoint.owners.contains(where: { $0.name == "docker-proxy" }) {
                closed.published.insert(endpoint.listener.port)
            } else {
                closed.own.insert(endpoint.listener.port)
            }
        }
        // Its manager's port is among those above.
        let gossip = (host.listeners.value ?? []).filter { $0.port == Self.gossip && $0.transport == .tcp }
        if host.isInSwarm, gossip.contains(where: isOpen) {
            closed.own.insert(Self.gossip)
            closed.udp = [Self.gossip, Self.vxlan]
        }
        return closed
    }

    /// Where a swarm's nodes find each other, and where containers' packets go from one to another: docs.docker.com/engine/swarm.
    private static let (gossip, vxlan) = (7946, 4789)

    /// Closes them; nothing where nothing is open.
    func closingFix() -> [Fix] {
        let ports = closedPorts
        guard !ports.isEmpty else { return [] }
        let roles = (host.value?.managementListeners.value ?? []).filter { ports.own.contains($0.listener.port) }.map(
            \.role
        )
        var callers: [String] = []
        if roles.contains(where: { [.kubelet, .etcd, .apiServer].contains($0) }) {
            callers.append("the cluster's nodes, its pods where they call the API server")
        }
        if roles.contains(.swarm) || !ports.udp.isEmpty { callers.append("the swarm's other nodes") }
        callers.append(ports.published.isEmpty ? "administrators" : "people who use these applications")
        return [.closing(ports, for: expectations, who: callers.joined(separator: ", and "))]
    }
}
