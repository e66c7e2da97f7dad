internal import Sigma

extension Check {
    /// Whether a cluster's workloads call what manages its nodes, and what tells machines who they are.
    static let workloadsToNodes = Check(
        id: "TW-M1030-018",
        title: "Workloads Can Call Kubelets And The Metadata Service",
        mitigation: .segmentation,
        level: .medium,
        reads: "each namespace's NetworkPolicies for egress, its workloads, and the addresses and cloud of the nodes",
        passes:
            "policies keep all workloads but the cluster's own from the metadata service, and from the ports by which "
            + "nodes are managed, unless a rule names one of these",
        remedy: "leave the nodes' management ports and the metadata service out of what workloads may call",
        references: [
            "https://kubernetes.io/docs/concepts/security/multi-tenancy/#network-isolation",
            "https://attack.mitre.org/techniques/T1552/005/",
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.callers.results(of: "workloads, nodes and policies") { $0.map(result) }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let callers = cluster.callers.value,
                case .known(let nodes) = cluster.objects("Node")
            else { return [] }
            let targets = NodeTargets(nodes)
            return callers.filter { !$0.open.isEmpty }.map { $0.fix(targets) }
        }
    )

    private static func result(_ one: Callers) -> CheckResult {
        guard let first = one.open.first else {
            let reason = "policies keep its workloads from what manages nodes"
            return CheckResult(.pass, subject: one.subject, reason)
        }
        let isMetadata = one.open.contains { $0.calls.metadata != nil }
        let targets = [isMetadata ? "the metadata service" : nil, "the ports by which nodes are managed"]
        let whose = one.open.count == one.count ? "its workloads" : "\(one.open.count) of its \(one.count) workloads"
        // Kubelets ask who calls, which other checks hold them to.
        let outcome: CheckResult.Outcome = isMetadata && one.otherKinds.isEmpty ? .fail : .warn
        var shown = one.open.prefix(5).map { "\($0.template.object.words): \($0.words)" }
        if one.open.count > 5 { shown.append("and \(one.open.count - 5) more") }
        if first.calls.nodes == nil {
            return CheckResult(outcome, subject: one.subject, "\(whose) may call the metadata service", evidence: shown)
        }
        let but = one.otherKinds.isEmpty ? "" : ", as far as NetworkPolicies say: there are others (\(one.otherKinds))"
        let reason = "\(whose) may call \(targets.compactMap(\.self).joined(separator: " and "))\(but)"
        return CheckResult(outcome, subject: one.subject, reason, evidence: shown)
    }
}

/// The workloads of a namespace, and whom they may call.
private struct Callers: Sendable {
    struct Open: Sendable {
        var template: PodTemplate
        var calls: Calls

        var words: String { calls.metadata ?? calls.nodes ?? "" }
    }

    var namespace: String
    var count: Int
    var open: [Open]
    /// The namespace's policies for egress.
    var policies: [NetworkPolicy]
    /// Other kinds of policies that the cluster knows, in words; empty where there are none.
    var otherKinds: String

    var subject: String { "Namespace \"\(namespace)\"" }

    func fix(_ targets: NodeTargets) -> Fix {
        var changes: [Fix.Change] = []
        var names: Set<String> = []
        for policy in policies where names.insert(policy.object.name).inserted {
            let own = policy.object.applicable
            let narrowed = own.narrowedPolicy(targets)
            if narrowed != own { changes.append(.manifest(narrowed)) }
        }
        let free = open.filter { one in
            !policies.contains { $0.limitsCalls(of: one.template.labels, in: namespace) }
        }
        if policies.isEmpty {
            changes.append(.manifest(.callingNoNodes("tidewaiter-no-nodes", in: namespace, of: [:], targets)))
        } else {
            // One for all pods would let those call more that other policies keep closer.
            for one in free where !one.template.lastingLabels.isEmpty {
                let name = "tidewaiter-no-nodes-\(one.template.object.name)"
                let labels = one.template.lastingLabels
                changes.append(.manifest(.callingNoNodes(name, in: namespace, of: labels, targets)))
            }
            let nameless = free.filter { $0.template.lastingLabels.isEmpty }.map { one in
                "give \(one.template.object.words) a label, and a policy that means it"
            }
            if !nameless.isEmpty { changes.append(.steps(nameless)) }
        }
        return Fix(
            "Keep the workloads of namespace \"\(namespace)\" from what manages nodes",
            changes,
            caution:
                "what reads kubelets' metrics needs a rule that names port 10250; nodes that come later are not in it"
        )
    }
}

extension ClusterEvidence {
    /// The workloads of each namespace that is not the cluster's own; nil of nodes where there are none to call.
    fileprivate var callers: Reading<[Callers]> {
        if let reason = workloadsUnread { return .unreadable(reason) }
        return objects("Node").flatMap { nodes in
            networkPolicies.flatMap { policies in
                let targets = NodeTargets(nodes)
                guard !targets.isEmpty else { return .absent }
                let all = Dictionary(grouping: policies.filter(\.limitsEgress), by: \.namespace)
                let workloads = templates.filter { template in
                    !template.isOnHostNetwork && !isMade(template.object)
                        && !Self.ownNamespaces.contains(template.namespace)
                }
                let found = Dictionary(grouping: workloads, by: \.namespace).map { namespace, templates in
                    let own = all[namespace] ?? []
                    let open = templates.compactMap { template -> Callers.Open? in
                        let meant = own.filter { $0.limitsCalls(of: template.labels, in: namespace) }
                        let calls = Calls(to: targets, by: meant)
                        return calls.nodes == nil && calls.metadata == nil
                            ? nil : Callers.Open(template: template, calls: calls)
                    }
                    return Callers(
                        namespace: namespace,
                        count: templates.count,
                        open: open,
                        policies: own,
                        otherKinds: otherPolicies
                    )
                }
                return found.isEmpty ? .absent : .known(found.sorted { $0.namespace < $1.namespace })
            }
        }
    }

    private static let ownNamespaces: Set = ["kube-system", "kube-node-lease"]

    /// What network plug-ins limit calls by besides, where the cluster knows such kinds.
    private var otherPolicies: String {
        let kinds: Set = [
            "ciliumnetworkpolicies.cilium.io", "ciliumclusterwidenetworkpolicies.cilium.io",
            "globalnetworkpolicies.crd.projectcalico.org", "clusternetworkpolicies.crd.antrea.io",
            "adminnetworkpolicies.policy.networking.k8s.io", "clusternetworkpolicies.policy.networking.k8s.io",
        ]
        return (objects("CustomResourceDefinition").value ?? []).map(\.name).filter(kinds.contains).sorted()
            .joined(separator: ", ")
    }
}
