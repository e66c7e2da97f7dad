internal import Sigma

extension Check {
    /// Whether namespaces of management applications turn away whom nobody lets in.
    static let defaultDeny = Check(
        id: "TW-M1030-010",
        title: "Default Deny Beside Management Applications",
        mitigation: .segmentation,
        level: .medium,
        reads: "the NetworkPolicies of each namespace with a management application",
        passes: "one selects all pods for ingress and lets nobody in",
        remedy: "add a policy with an empty podSelector, of type Ingress, without a rule",
        references: [
            "CIS Kubernetes 5.3.2", "kubescape C-0206",
            "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                switch cluster.networkPolicies {
                case .absent: [CheckResult(.unknown, subject: "", "no NetworkPolicy objects were collected")]
                case .unreadable(let reason): [CheckResult(.unknown, subject: "", reason)]
                case .known(let policies):
                    Set(workloads.map(\.namespace)).sorted().map { namespace in
                        let subject = "Namespace \"\(namespace)\""
                        let own = policies.filter { $0.namespace == namespace }
                        if let deny = own.first(where: \.isDefaultDeny) {
                            return CheckResult(.pass, subject: subject, "\(deny.object.words) lets nobody in")
                        }
                        let reason = "pods that no policy selects take connections from everybody"
                        return CheckResult(.fail, subject: subject, reason, evidence: own.map(\.object.words))
                    }
                }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let policies = cluster.networkPolicies.value else { return [] }
            let lacking = Set(cluster.managementWorkloads.map(\.namespace)).filter { namespace in
                !policies.contains { $0.namespace == namespace && $0.isDefaultDeny }
            }
            return lacking.sorted().map { namespace in
                Fix(
                    "Let nobody in to namespace \"\(namespace)\" whom no other policy lets in",
                    [.manifest(.defaultDeny(in: namespace))],
                    caution: "what its pods are called by now needs a policy of its own first"
                )
            }
        }
    )
}
