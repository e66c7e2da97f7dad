extension Evidence {
    /// The same without what is in other network namespaces than the host's: what is to be repaired on the host itself.
    var ofHostsNetwork: Evidence {
        var copy = self
        guard var host = host.value else { return self }
        host.processes = host.processes.map { $0.filter { host.otherNetwork(of: $0) == nil } }
        host.listeners = host.listeners.map { $0.filter { $0.network == nil } }
        host.probes = host.ownProbes
        copy.host = .known(host)
        return copy
    }

    /// Whether one of some checks finds fault with what is in the host's own network.
    func failsOnHost(_ checks: [Check]) -> Bool {
        checks.flatMap { $0.results(on: ofHostsNetwork) }.contains { $0.outcome == .fail || $0.outcome == .warn }
    }

    /// What is to be done about engines in other network namespaces that serve who shows nothing; none where there is none.
    var enginesElsewhereFix: Fix? {
        let open = (host.value?.dockerEndpoints.value ?? []).filter { $0.listener.network != nil && $0.servesStrangers }
        guard !open.isEmpty else { return nil }
        let steps = open.map { endpoint in
            let owners = endpoint.owners.map(\.words).joined(separator: ", ")
            let owner = owners.isEmpty ? "what listens there" : owners
            return
                "\(endpoint.listener.words): start \(owner) with --host=unix:///var/run/docker.sock alone, and share "
                + "that socket's folder with its clients; or with --tlsverify and its three files"
        }
        return Fix(
            "Have engines in containers serve nobody by the network who shows no certificate",
            [.steps(steps)],
            caution: "clients that use the TCP socket without a certificate lose it"
        )
    }
}

extension DockerEndpoint {
    fileprivate var servesStrangers: Bool {
        [plain, anonymous, selfMade].contains { if case .served = $0 { true } else { false } }
    }
}
