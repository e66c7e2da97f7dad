internal import Sigma

extension Check {
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
