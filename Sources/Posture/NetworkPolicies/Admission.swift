/// Whom a cluster's NetworkPolicies let come to a pod.
enum Admission {
    /// A way in that a rule opens wider than to a gateway.
    struct Opening: Sendable {
        enum Width: Int, Sendable, Comparable {
            /// Named pods, or a management network.
            case narrow
            /// Pods or addresses that nobody named one by one.
            case broad
            case everybody

            static func < (a: Width, b: Width) -> Bool { a.rawValue < b.rawValue }
        }

        var policy: NetworkPolicy
        var width: Width
        /// In words, as the end of a sentence: "all pods of namespace \"a\"".
        var words: String
    }
}

extension ClusterEvidence {
    /// The policies that could be read, and why they may not be all.
    var networkPolicies: Reading<[NetworkPolicy]> {
        switch objects("NetworkPolicy") {
        case .absent: .known([])
        case .unreadable(let reason): .unreadable(reason)
        case .known(let objects):
            objects.first { NetworkPolicy($0) == nil }.map { .unreadable("\($0.words) is none that can be read") }
                ?? .known(objects.compactMap { NetworkPolicy($0) })
        }
    }

    /// Labels of namespaces, with the name that every API server gives them; nil where they were not collected.
    func namespaces(_ selector: LabelSelector) -> [String]? {
        objects("Namespace").value.map { all in
            all.filter { namespace in
                let own = ["kubernetes.io/metadata.name": namespace.name]
                return selector.matches(namespace.labels.merging(own) { given, _ in given })
            }
            .map(\.name).sorted()
        }
    }

    /// The ways in to pods with these labels; nil where no policy limits who comes.
    ///
    /// - Parameter names: the names that the pods' containers give their ports.
    func openings(
        to labels: [String: String],
        in namespace: String,
        ports names: Set<String> = [],
        among policies: [NetworkPolicy],
        _ expectations: Expectations
    ) -> [Admission.Opening]? {
        let own = policies.filter { $0.selects(labels, in: namespace) }
        guard !own.isEmpty else { return nil }
        return own.flatMap { policy in
            policy.rules.flatMap { rule -> [Admission.Opening] in
                let ports = rule.ports?.filter { $0.isMeant(among: names) }
                // It is for other transports, or for names that no container has.
                if ports?.isEmpty == true { return [] }
                guard let peers = rule.peers else {
                    return [Admission.Opening(policy: policy, width: .everybody, words: "everybody")]
                }
                return peers.map { peer in
                    var opening = opening(peer, of: policy, expectations)
                    if ports?.contains(where: \.isWide) ?? true, opening.width == .narrow {
                        opening.width = .broad
                        opening.words += " at any port"
                    }
                    return opening
                }
            }
        }
    }

    private func opening(
        _ peer: NetworkPolicy.Peer,
        of policy: NetworkPolicy,
        _ expectations: Expectations
    ) -> Admission.Opening {
        func opening(_ width: Admission.Opening.Width, _ words: String) -> Admission.Opening {
            Admission.Opening(policy: policy, width: width, words: words)
        }
        switch peer {
        case .unreadable: return opening(.everybody, "a peer that cannot be read")
        case .block(let network, let except):
            let networks = expectations.managementNetworks.compactMap { IPNetwork($0) }.filter {
                $0.family == network.family
            }
            let left = NumberSet(network.range).subtracting(
                NumberSet((except + networks).filter { $0.family == network.family }.map(\.range))
            )
            if left.isEmpty { return opening(.narrow, "the management network \(network)") }
            let world = left.intersection(Firewall.world[network.family] ?? .none)
            return opening(world.isEmpty ? .broad : .everybody, "addresses of \(network)")
        case .pods(let pods, nil):
            if expectations.gatewayNamespaces.contains(policy.namespace) {
                return opening(.narrow, "its own namespace")
            }
            let isNamed = pods.map { $0 != LabelSelector() } ?? false
            let words = isNamed ? "named pods of its namespace" : "all pods of its namespace"
            return opening(isNamed ? .narrow : .broad, words)
        case .pods(let pods, let namespaces?):
            guard namespaces != LabelSelector() else {
                let isNamed = pods.map { $0 != LabelSelector() } ?? false
                // Whoever may make a namespace may give pods any label.
                return opening(isNamed ? .broad : .everybody, isNamed ? "pods of any namespace" : "all pods")
            }
            let meant =
                self.namespaces(namespaces) ?? namespaces.matchLabels["kubernetes.io/metadata.name"].map { [$0] }
            guard let meant else { return opening(.broad, "namespaces that were not collected") }
            let words = "namespaces \(meant.map { "\"\($0)\"" }.joined(separator: ", "))"
            if !expectations.gatewayNamespaces.isEmpty {
                let isGateway = expectations.gatewayNamespaces.isSuperset(of: meant)
                return opening(isGateway ? .narrow : .broad, words)
            }
            let isNamed = pods.map { $0 != LabelSelector() } ?? false
            return opening(
                isNamed && meant.count <= 1 ? .narrow : .broad,
                (isNamed ? "named pods of " : "all pods of ") + words
            )
        }
    }
}
