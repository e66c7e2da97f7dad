/// What was asked of programs where they listen, and what they said.
extension Evidence {
    /// The questions to ports that were asked without showing who asks, in every network.
    ///
    /// - Parameter scheme: nil for any.
    func anonymousProbes(ports: Set<Int>, scheme: Probe.Scheme? = nil) -> [Probe] {
        (host.value?.probes ?? []).filter {
            ports.contains($0.port) && $0.isAnonymous && (scheme == nil || $0.scheme == scheme)
        }
    }

    /// The same in the network that a program is in; of one without a process, in the host's.
    func anonymousProbes(
        of program: ControlPlaneProgram,
        ports: Set<Int>,
        scheme: Probe.Scheme? = nil
    ) -> [Probe] {
        let network = host.value?.otherNetwork(of: program.process)
        return anonymousProbes(ports: ports, scheme: scheme).filter { $0.network?.inode == network }
    }

    /// The questions to the API server that were asked without showing who asks, with the server's own cluster's.
    var anonymousAPIProbes: [Probe] {
        anonymousProbes(ports: apiServerPorts, scheme: .https) + (cluster.value?.probes ?? []).filter(\.isAnonymous)
    }

    /// Where API servers listen: as they are told; by default 6443.
    private var apiServerPorts: Set<Int> {
        let told = (programs(.apiServer).value ?? []).compactMap { $0.flags["secure-port"].flatMap { Int($0) } }
        return Set(told).union([6443])
    }
}

extension Probe {
    /// Whether the asker showed nothing that says who it is, and pretended nothing.
    var isAnonymous: Bool { certificate != .configured && sent.isEmpty }

    var isSuccess: Bool { status.map { 200..<300 ~= $0 } ?? false }

    /// Whether it asks for what is in a cluster, rather than for the server's health and version.
    var asksForData: Bool {
        ["/api", "/apis"].contains { path == $0 || path.hasPrefix("\($0)/") || path.hasPrefix("\($0)?") }
    }

    /// Whether it tells what is in a cluster: a server of something else has other answers for these paths.
    var tellsData: Bool { asksForData && isSuccess && (body.isEmpty || body.contains("\"kind\"")) }

    /// Whether it says something of whom an API server tells what is in its cluster.
    var saysWhoGetsData: Bool { tellsData || asksForData && status.map { $0 == 401 || $0 == 403 } ?? false }

    /// Where it was asked: `https://10.0.0.5:6443`, `https://[::]:6443 in container "node"`.
    var place: String { "\(scheme.rawValue)://\(listener.words)" }
}

extension [Probe] {
    /// By where they were asked, in order.
    var byPlace: [(place: String, probes: [Probe])] {
        Dictionary(grouping: self, by: \.place).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
