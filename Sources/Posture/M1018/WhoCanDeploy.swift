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
}
