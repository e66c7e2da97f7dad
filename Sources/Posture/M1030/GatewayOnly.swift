internal import Sigma

extension Check {
    /// Whether the gateway alone comes to management applications.
    static let gatewayOnly = Check(
        id: "TW-M1030-008",
        title: "NetworkPolicies Admit The Gateway Alone",
        mitigation: .segmentation,
        level: .high,
        reads: "the NetworkPolicies that select the pods of management applications, all of them together",
        passes: "each way in is for named pods of the gateway's namespace, at named ports",
        remedy: "admit the gateway's pods at the application's port, and nobody else",
        references: [
            "kubescape C-0260", "kubescape C-0206",
            "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                switch cluster.networkPolicies {
                case .absent: [CheckResult(.unknown, subject: "", "no NetworkPolicy objects were collected")]
                case .unreadable(let reason): [CheckResult(.unknown, subject: "", reason)]
                case .known(let policies):
                    workloads.map { admission(to: $0, cluster, policies, evidence.expectations) }
                }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let policies = cluster.networkPolicies.value else { return [] }
            return cluster.managementWorkloads.compactMap { workload in
                let outcome = admission(to: workload, cluster, policies, evidence.expectations).outcome
                return outcome == .pass ? nil : gatewayFix(workload, cluster, policies, evidence.expectations)
            }
        }
    )

    private static func admission(
        to workload: ManagementWorkload,
        _ cluster: ClusterEvidence,
        _ policies: [NetworkPolicy],
        _ expectations: Expectations
    ) -> CheckResult {
        let subject = workload.subject
        if workload.isOnHostNetwork {
            return CheckResult(.fail, subject: subject, "it is on its node's network, which no NetworkPolicy limits")
        }
        guard let openings = cluster.openings(to: workload, among: policies, expectations) else {
            let others = policies.filter { $0.namespace == workload.namespace }.map {
                "\($0.object.words) does not select it"
            }
            return CheckResult(.fail, subject: subject, "no NetworkPolicy limits who comes to it", evidence: others)
        }
        let wide = openings.filter { $0.width != .narrow }
        let evidence = wide.map { "\($0.policy.object.words): \($0.words)" }
        switch wide.map(\.width).max() {
        case nil:
            let words = openings.isEmpty ? "nobody comes to it" : "the gateway alone comes to it"
            return CheckResult(
                .pass,
                subject: subject,
                words,
                evidence: openings.map { "\($0.policy.object.words): \($0.words)" }
            )
        case .everybody?:
            return CheckResult(.fail, subject: subject, "a NetworkPolicy lets everybody come to it", evidence: evidence)
        default:
            let isFailing = !expectations.gatewayNamespaces.isEmpty
            let reason = "others than a gateway's pods may come to it"
            return CheckResult(isFailing ? .fail : .warn, subject: subject, reason, evidence: evidence)
        }
    }

    /// What has the gateway alone come to a workload.
    static func gatewayFix(
        _ workload: ManagementWorkload,
        _ cluster: ClusterEvidence,
        _ policies: [NetworkPolicy],
        _ expectations: Expectations
    ) -> Fix? {
        let labels = workload.ownLabels
        guard !labels.isEmpty, !workload.isOnHostNetwork else { return nil }
        let openings = cluster.openings(to: workload, among: policies, expectations) ?? []
        // Policies add to each other: as long as a wide one selects the pods, no other takes anything from it.
        var names: Set<String> = []
        let wide = openings.filter { $0.width != .narrow && names.insert($0.policy.object.name).inserted }
        return Fix(
            "Let the gateway alone come to \(workload.subject)",
            [
                .manifest(
                    .gatewayOnly(
                        workload.object.name,
                        in: workload.namespace,
                        to: labels,
                        ports: workload.ports,
                        gateway: expectations.gatewayNamespace
                    )
                ), .manifest(.defaultDeny(in: workload.namespace)),
            ]
                + wide.map {
                    .deletion(kind: "NetworkPolicy", namespace: workload.namespace, name: $0.policy.object.name)
                },
            caution:
                "every other pod of namespace \"\(workload.namespace)\" needs a policy of its own for who is to come to it"
        )
    }
}
