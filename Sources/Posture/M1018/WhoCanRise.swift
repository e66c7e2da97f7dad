internal import Sigma

extension Check {
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
}
