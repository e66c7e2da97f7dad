internal import Sigma

extension Check {
    /// Whether kubelets let whoever is known do everything.
    static let kubeletAuthorization = Check(
        id: "TW-M1035-028",
        title: "Kubelet Allows Everything",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what the kubelet answers without credentials; its configuration and flags",
        passes: "authorization.mode is Webhook: the API server decides",
        remedy: "authorization.mode: Webhook in the KubeletConfiguration",
        references: [
            "CIS Kubernetes 4.2.2", "kubescape C-0173",
            "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
        ]
    ) { evidence in
        evidence.kubelets(judgeAuthorization)
    } fix: { evidence in
        evidence.kubeletFixes(failing: judgeAuthorization) {
            $0.fix("Have the API server decide for the kubelet", .authorization)
        }
    }

    private static func judgeAuthorization(_ kubelet: KubeletSettings, _ asked: [Probe]) -> CheckResult {
        if let open = asked.first(where: \.isSuccess) {
            return CheckResult(
                .fail,
                subject: kubelet.program.subject,
                "it allows anybody to ask",
                evidence: [open.words]
            )
        }
        if let refused = asked.first(where: { $0.status == 403 }) {
            return CheckResult(.pass, subject: kubelet.program.subject, "it asks for rights", evidence: [refused.words])
        }
        return kubelet.judge(.authorization, "it does not ask the API server for rights")
    }
}
