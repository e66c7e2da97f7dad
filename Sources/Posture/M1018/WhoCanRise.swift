internal import Sigma

extension Check {
    /// Who may get rights that they do not have.
    static let whoCanRise = Check.rights(
        "TW-M1018-014",
        "Who Can Take More Rights",
        .high,
        { Power.rise.rights(among: $0.roles) },
        remedy:
            "take bind, escalate and impersonate from the role, name the kubelets' signers to who approves certificates, and "
            + "have a provisioner make persistent volumes",
        references: [
            "CIS Kubernetes 5.1.8", "CIS Kubernetes 5.1.9", "CIS Kubernetes 5.1.11", "kubescape C-0191",
            "kubescape C-0065", "kubescape C-0278", "kubescape C-0280",
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
        ],
        reason: "may get rights that it does not have",
        suffix: "without-rising"
    )
}
