internal import Sigma

extension Check {
    /// Who may have containers run.
    static let whoCanDeploy = Check.rights(
        "TW-M1018-010",
        "Who Can Deploy Containers",
        .high,
        { Workloads.deploying(by: $0.roles) },
        remedy: "name those who are to deploy, and take create, update and patch on workloads from the other roles",
        references: ["CIS Kubernetes 5.1.4", "kubescape C-0188", "trivy KSV-0048"],
        reason: "may deploy containers",
        suffix: "without-deploying",
        isExpected: { held, expected in expected.deployers.contains(held.subject) }
    )

    /// Who may open a process or a container in a pod that runs.
    static let whoCanEnter = Check.rights(
        "TW-M1018-011",
        "Who Can Enter Containers",
        .high,
        { _ in Workloads.entering },
        remedy:
            "take pods/exec, pods/attach and pods/ephemeralcontainers from the role, or bind it for the time of need",
        references: ["kubescape C-0002", "trivy KSV-0053"],
        reason: "may enter containers that run",
        suffix: "without-entering"
    )

    /// Who may get rights that they do not have.
    static let whoCanRise = Check.rights(
        "TW-M1018-014",
        "Who Can Bind, Escalate Or Impersonate",
        .high,
        { Power.rise.rights(among: $0.roles) },
        remedy: "take the verbs bind, escalate and impersonate from the role",
        references: ["CIS Kubernetes 5.1.8", "kubescape C-0191", "kubescape C-0065"],
        reason: "may get rights that it does not have",
        suffix: "without-rising"
    )

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

    /// Who may switch off what refuses deployments.
    static let whoCanDisarm = Check.rights(
        "TW-M1018-017",
        "Who Can Disarm Admission",
        .high,
        { Power.disarm.rights(among: $0.roles) },
        remedy: "take the verbs on admissionregistration.k8s.io from the role; cluster administrators have them anyway",
        references: ["CIS Kubernetes 5.1.12", "kubescape C-0281"],
        reason: "may switch off what refuses deployments",
        suffix: "without-admission"
    )
}
