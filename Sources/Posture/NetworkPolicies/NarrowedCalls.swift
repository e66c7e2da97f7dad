extension Document {
    /// A policy by which pods call whom they like, but for the ports by which nodes are managed and metadata services.
    static func callingNoNodes(
        _ name: String,
        in namespace: String,
        of labels: [String: String],
        _ targets: NodeTargets
    ) -> Document {
        let selector: Document = labels.isEmpty ? [:] : ["matchLabels": .labels(labels)]
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": .text(name), "namespace": .text(namespace)],
            "spec": [
                "podSelector": selector, "policyTypes": ["Egress"],
                "egress": .list(Document.object([]).narrowedRule(targets)),
            ],
        ]
    }

    /// A NetworkPolicy that lets everybody be called whom it let be called, but for these.
    func narrowedPolicy(_ targets: NodeTargets) -> Document {
        let rules = (at("spec", "egress")?.elements ?? []).flatMap { rule -> [Document] in
            let read = NetworkPolicy.Rule(rule, peers: "to")
            if read.opensNodes(targets) { return rule.narrowedRule(targets) }
            guard read.opensMetadata(targets) else { return [rule] }
            return [rule.leavingOut(targets.metadata)].compactMap(\.self)
        }
        return setting(.list(rules), at: ["spec", "egress"])
    }

    /// A rule for egress as two: one for others than nodes and metadata services, and one for the nodes' other ports.
    private func narrowedRule(_ targets: NodeTargets) -> [Document] {
        let read = NetworkPolicy.Rule(self, peers: "to")
        let others = leavingOut(targets.nodes + targets.metadata)
        let reached = targets.nodes.filter { node in read.peers?.contains { $0.reaches(node) } ?? true }
        guard !reached.isEmpty else { return [others].compactMap(\.self) }
        let ports = (self["ports"]?.elements ?? Self.everyPort).flatMap(\.withoutManagement)
        let blocks = reached.map { Self.block($0) }
        let nodes: Document? = ports.isEmpty ? nil : ["to": .list(blocks), "ports": .list(ports)]
        return [others, nodes].compactMap(\.self)
    }

    /// A rule that means none of some addresses; nil where it meant nobody else.
    private func leavingOut(_ addresses: [IPAddress]) -> Document? {
        let named = self["to"]?.elements ?? []
        guard !named.isEmpty else {
            let everywhere: [Document] =
                [["namespaceSelector": [:]]]
                + ["0.0.0.0/0", "::/0"].map { cidr in
                    ["ipBlock": ["cidr": .text(cidr)]]
                }
            return setting(.list(everywhere.compactMap { $0.peerLeavingOut(addresses) }), at: ["to"])
        }
        let left = named.compactMap { $0.peerLeavingOut(addresses) }
        return left.isEmpty ? nil : setting(.list(left), at: ["to"])
    }

    private func peerLeavingOut(_ addresses: [IPAddress]) -> Document? {
        guard let network = at("ipBlock", "cidr")?.text.flatMap({ IPNetwork($0) }) else {
            return NetworkPolicy.Peer(self).isReadable ? self : nil
        }
        let except = at("ipBlock", "except")?.texts ?? []
        let known = except.compactMap { IPNetwork($0) }
        let inside = addresses.filter { address in
            network.contains(address) && !known.contains { $0.contains(address) }
        }
        guard !inside.isEmpty else { return self }
        // What is left out has to be smaller than what it is left out of.
        if network.length == network.family.bits { return nil }
        return setting(
            .list((except + inside.map { "\($0)/\($0.family.bits)" }).map { .text($0) }),
            at: ["ipBlock", "except"]
        )
    }

    private static func block(_ address: IPAddress) -> Document {
        ["ipBlock": ["cidr": .text("\(address)/\(address.family.bits)")]]
    }

    /// What a rule without ports means.
    private static let everyPort: [Document] = [["protocol": "TCP"], ["protocol": "UDP"], ["protocol": "SCTP"]]

    /// A rule's port without those by which nodes are managed.
    private var withoutManagement: [Document] {
        let port = NetworkPolicy.Port(self)
        guard port.isRange, !port.numbers.intersection(NodeTargets.ports).isEmpty else { return [self] }
        return port.numbers.subtracting(NodeTargets.ports).ranges.map { range in
            let first: Document = ["protocol": "TCP", "port": .integer(Int64(range.lowerBound))]
            return range.count == 1 ? first : first.setting(.integer(Int64(range.upperBound)), at: ["endPort"])
        }
    }
}

extension NetworkPolicy.Peer {
    fileprivate var isReadable: Bool {
        if case .unreadable = self { false } else { true }
    }
}
