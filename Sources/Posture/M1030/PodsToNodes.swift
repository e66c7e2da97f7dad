internal import Sigma

extension Check {
    /// Whether containers reach what deploys containers on their own host.
    static let podsToNodes = Check(
        id: "TW-M1030-012",
        title: "Containers Can Reach Management Ports Of Their Host",
        mitigation: .segmentation,
        level: .high,
        reads: "the host's management ports, and the packet filter's rules for what comes from containers' networks",
        passes: "a connection from a container's network is dropped or refused",
        remedy: "drop what comes from containers' interfaces to these ports; in clusters deny it as egress as well",
        references: [
            "https://kubernetes.io/docs/concepts/services-networking/network-policies/"
        ],
        judge: { evidence in
            evidence.managementListeners { host, listeners in
                // Pods may call the API server: that is what it is for.
                let open = listeners.filter {
                    !$0.listener.isLoopback && !$0.isPublished && $0.role != .apiServer
                        && !$0.listener.isExpected(evidence.expectations)
                }
                let networks = host.containerNetworks(evidence.cluster.value)
                guard !open.isEmpty, !networks.isEmpty else {
                    let reason = networks.isEmpty ? "the host has no network of containers" : "no such port is open"
                    return [CheckResult(.notApplicable, subject: "", reason)]
                }
                switch Firewall.reading(host, evidence.expectations) {
                case .absent: return [CheckResult(.unknown, subject: "", "the packet filter was not looked at")]
                case .unreadable(let reason): return [CheckResult(.unknown, subject: "", reason)]
                case .known(let firewall): return open.flatMap { reach(of: $0, from: networks, firewall) }
                }
            }
        },
        fix: { evidence in evidence.closingFix() }
    )

    private static func reach(
        of one: ManagementListener,
        from networks: [IPNetwork],
        _ firewall: Firewall
    ) -> [CheckResult] {
        let outcomes = firewall.outcomes(of: one.listener, from: networks)
        guard !outcomes.isEmpty else { return [] }
        let accepting = outcomes.first { !$0.accepted.subtracting($0.dropped).isEmpty }
        let undecided = outcomes.first { !$0.accepted.isEmpty }
        if let accepting {
            // Metrics are read from kubelets by pods, which say who they are.
            let outcome: CheckResult.Outcome = one.isOfNode ? .warn : .fail
            let reason = "containers reach \(one.words)"
            return [
                CheckResult(
                    outcome,
                    subject: one.subject,
                    reason,
                    evidence: accepting.accepting + networks.map(\.description)
                )
            ]
        }
        if let undecided {
            let reason = "whether containers reach \(one.words) hangs on rules that cannot be followed"
            return [CheckResult(.warn, subject: one.subject, reason, evidence: undecided.doubts)]
        }
        return [
            CheckResult(
                .pass,
                subject: one.subject,
                "containers do not reach \(one.words)",
                evidence: outcomes[0].dropping
            )
        ]
    }
}

extension Firewall {
    /// What becomes of connections from containers to a socket of the host.
    fileprivate func outcomes(of listener: Listener, from networks: [IPNetwork]) -> [Traversal.Outcome] {
        guard let port = UInt16(exactly: listener.port), let address = IPAddress(listener.address) else { return [] }
        return IPAddress.Family.allCases.compactMap { family in
            let own = networks.filter { $0.family == family }.map(\.range)
            let answers = address.family == family || (address.number == 0 && address.family == .ip6)
            guard !own.isEmpty, answers else { return nil }
            let expected = managementNetworks.filter { $0.family == family }.map(\.range)
            let question = FirewallQuestion(
                family: family,
                destination: address.number == 0 ? nil : address.number,
                port: port,
                input: .containers,
                sources: NumberSet(own).subtracting(NumberSet(expected))
            )
            return question.sources.isEmpty ? nil : outcome(of: question)
        }
    }
}

extension HostEvidence {
    /// The networks that containers of this host have: its bridges', the engine's, and the node's pods'.
    func containerNetworks(_ cluster: ClusterEvidence?) -> [IPNetwork] {
        let bridges = interfaces.filter { Flow.Interface.isOfContainers($0.name) }.flatMap(\.addresses)
        let engine = (docker.value?.networks.value ?? []).filter { $0["Driver"]?.text == "bridge" }.flatMap {
            ($0.at("IPAM", "Config")?.elements ?? []).compactMap { $0["Subnet"]?.text }
        }
        let nodes = (cluster?.objects("Node").value ?? []).filter { $0.name == name }.flatMap { node in
            node.document.at("spec", "podCIDRs")?.texts ?? node.document.at("spec", "podCIDR")?.text.map { [$0] } ?? []
        }
        var seen: Set<IPNetwork> = []
        return (bridges + engine + nodes).compactMap { IPNetwork($0) }.filter {
            ($0.family == .ip4 || $0.first.number >> 118 != 0xfe80 >> 6) && seen.insert($0).inserted
        }
    }
}
