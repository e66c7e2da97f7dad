internal import Sigma

extension Check {
    /// Whether the audit log says of a pod that it is privileged.
    static let podSecurityAudited = Check(
        id: "TW-Readiness-010",
        title: "Pod Security Tells The Audit Log Nothing",
        mitigation: .readiness,
        level: .low,
        reads: "the labels pod-security.kubernetes.io/audit and /enforce of namespaces",
        passes: "in every namespace but the cluster's own either is baseline or restricted",
        remedy: "kubectl label namespace NAME pod-security.kubernetes.io/audit=baseline",
        references: [
            "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces"
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.objects("Namespace").results(of: "namespaces") { namespaces in
                    let others = namespaces.filter { !ClusterParts.includes(namespace: $0.name) }
                    let silent = others.filter { !$0.tellsPodSecurity }
                    guard !silent.isEmpty else {
                        return [CheckResult(.pass, subject: "", "every namespace tells of pods that are privileged")]
                    }
                    return silent.map { namespace in
                        let reason = "a privileged pod in it leaves no mark in the audit log"
                        return CheckResult(.warn, subject: namespace.words, reason)
                    }
                }
            }
        },
        fix: { evidence in
            let namespaces = evidence.cluster.value?.objects("Namespace").value ?? []
            return namespaces.filter { !ClusterParts.includes(namespace: $0.name) && !$0.tellsPodSecurity }.map { one in
                let labels = ["metadata", "labels", "pod-security.kubernetes.io/audit"]
                return Fix(
                    "Have the audit log say which pods of '\(one.name)' are privileged",
                    [.manifest(one.applicable.setting("baseline", at: labels))]
                )
            }
        }
    )
}

extension ClusterObject {
    fileprivate var tellsPodSecurity: Bool {
        ["audit", "enforce"].contains { mode in
            ["baseline", "restricted"].contains(labels["pod-security.kubernetes.io/\(mode)"] ?? "")
        }
    }
}
