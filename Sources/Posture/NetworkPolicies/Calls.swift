/// Whether pods may call nodes and metadata services, as a cluster's NetworkPolicies have it.
struct Calls: Sendable {
    /// What lets them: a policy in words, or that none limits them; nil where they may not.
    var nodes: String?
    var metadata: String?

    /// - Parameter policies: those that select the pods for egress.
    init(to targets: NodeTargets, by policies: [NetworkPolicy]) {
        guard !policies.isEmpty else {
            let words = "no NetworkPolicy limits whom it calls"
            nodes = targets.nodes.isEmpty ? nil : words
            metadata = targets.metadata.isEmpty ? nil : words
            return
        }
        func opening(_ isOpening: (NetworkPolicy.Rule) -> Bool) -> String? {
            policies.first { $0.egress.contains(where: isOpening) }?.object.words
        }
        nodes = opening { $0.opensNodes(targets) }
        metadata = opening { $0.opensMetadata(targets) }
    }
}

extension NetworkPolicy.Rule {
    /// Whether nodes may be called by it at a port by which they are managed, and nobody named that port.
    ///
    /// Who writes a rule for 10250 alone means kubelets; who leaves ports away, or names thousands, means something else.
    func opensNodes(_ targets: NodeTargets) -> Bool {
        let isWide =
            ports.map { ports in
                ports.contains { $0.isRange && !$0.numbers.intersection(NodeTargets.ports).isEmpty }
            } ?? true
        return isWide && targets.nodes.contains(where: reaches)
    }

    /// Whether a metadata service may be called by it, and nobody named that one.
    func opensMetadata(_ targets: NodeTargets) -> Bool {
        let hasPort = ports?.contains { $0.numbers.contains(UInt128(NodeTargets.metadataPort)) } ?? true
        return hasPort
            && targets.metadata.contains { address in
                peers?.contains { $0.reaches(address) && !$0.isOne(address) } ?? true
            }
    }

    private func reaches(_ address: IPAddress) -> Bool { peers?.contains { $0.reaches(address) } ?? true }
}

extension NetworkPolicy.Peer {
    /// Whether it means an address that is no pod's.
    func reaches(_ address: IPAddress) -> Bool {
        switch self {
        case .pods: false
        case .unreadable: true
        case .block(let network, let except):
            network.contains(address) && !except.contains { $0.contains(address) }
        }
    }

    /// Whether it names an address and no other.
    func isOne(_ address: IPAddress) -> Bool {
        if case .block(let network, _) = self {
            network.first == address && network.length == address.family.bits
        } else {
            false
        }
    }
}

extension NetworkPolicy.Port {
    /// The numbers of TCP that it means; none where it means a name, which no node's port has.
    var numbers: NumberSet {
        guard transport == "TCP" else { return .none }
        guard let first, let last else { return name == nil ? NumberSet([1...65_535]) : .none }
        return first <= last && 0...65_535 ~= first && last <= 65_535
            ? NumberSet([UInt128(first)...UInt128(last)]) : .none
    }

    /// Whether it means more than one port.
    var isRange: Bool { numbers.count > 1 }
}
