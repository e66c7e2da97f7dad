internal import Sigma

extension Check {
    /// Who may ask kubelets for anything, past admission and audit.
    static let whoCanReachKubelets = Check.rights(
        "TW-M1018-015",
        "Who Can Reach Kubelets Through nodes/proxy",
        .high,
        { Power.kubelets.rights(among: $0.roles) },
        remedy: "give nodes/metrics, nodes/stats, nodes/log or nodes/configz instead, which is what monitoring needs",
        references: ["CIS Kubernetes 5.1.10", "kubescape C-0279", "trivy KSV-0047"],
        reason: "may ask kubelets for anything, a process in any container too",
        suffix: "without-proxy",
        instead: [
            PolicyRule(
                verbs: ["get"],
                apiGroups: [""],
                resources: ["nodes/configz", "nodes/healthz", "nodes/log", "nodes/metrics", "nodes/stats"]
            )
        ]
    )
}
