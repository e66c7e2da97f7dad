internal import Sigma

extension Check {
    /// Whether management applications are on their nodes' own network.
    static let hostPorts = Check(
        id: "TW-M1030-007",
        title: "Management Applications On The Host's Network",
        mitigation: .segmentation,
        level: .high,
        reads: "hostNetwork and hostPort in the pod templates of management applications",
        passes: "they have neither",
        remedy: "take hostNetwork and hostPort from the template, and let people come by the gateway",
        references: [
            "kubescape C-0041", "kubescape C-0044",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
        ],
        judge: { evidence in
            evidence.managementWorkloads { _, workloads in
                workloads.map { workload in
                    let ports = workload.template.hostPorts.map { "hostPort: \($0)" }
                    let network = workload.isOnHostNetwork ? ["hostNetwork: true"] : []
                    guard ports.isEmpty, network.isEmpty else {
                        let reason = "it is at its node's own address"
                        return CheckResult(.fail, subject: workload.subject, reason, evidence: network + ports)
                    }
                    return CheckResult(.pass, subject: workload.subject, "it has neither hostNetwork nor hostPort")
                }
            }
        },
        fix: { evidence in
            (evidence.cluster.value?.managementWorkloads ?? []).filter {
                $0.isOnHostNetwork || !$0.template.hostPorts.isEmpty
            }
            .map { workload in
                Fix(
                    "Take \(workload.subject) from its node's network",
                    [.manifest(workload.asPodNetworked)],
                    commands: [
                        workload.object.kind == "Pod"
                            ? "kubectl replace --force -f FILE" : "kubectl replace -f FILE"
                    ],
                    caution: "who calls it at the node's address has to come by the gateway from then on"
                )
            }
        }
    )
}

extension ManagementWorkload {
    fileprivate var asPodNetworked: Document {
        template.manifest { template in
            template.removing(["spec", "hostNetwork"])
        } container: { container in
            guard let ports = container.document["ports"]?.elements else { return container.document }
            return container.document.setting(
                .list(ports.map { $0.removing(["hostPort"]).removing(["hostIP"]) }),
                at: ["ports"]
            )
        }
    }
}
