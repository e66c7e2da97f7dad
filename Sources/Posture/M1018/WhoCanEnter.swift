internal import Sigma

extension Check {
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
}
