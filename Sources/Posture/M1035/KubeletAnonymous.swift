internal import Sigma

extension Check {
    /// Whether kubelets let anybody ask.
    static let kubeletAnonymous = Check(
        id: "TW-M1035-027",
        title: "Kubelet Takes Anonymous Requests",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what the kubelet answers to GET /pods without credentials; else its configuration and flags",
        passes: "401; or authentication.anonymous.enabled is false",
        remedy: "authentication.anonymous.enabled: false in the KubeletConfiguration",
        references: [
            "CIS Kubernetes 4.2.1", "kubescape C-0069", "kubescape C-0172", "trivy KCV-0079", "kube-hunter KHV036",
            "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
        ]
    ) { evidence in
        evidence.kubelets(judgeAnonymous)
    } fix: { evidence in
        evidence.kubeletFixes(failing: judgeAnonymous) {
            $0.fix("Have the kubelet refuse whom it does not know", .anonymous)
        }
    }

    private static func judgeAnonymous(_ kubelet: KubeletSettings, _ asked: [Probe]) -> CheckResult {
        if let open = asked.first(where: { $0.isSuccess || $0.status == 403 }) {
            let isOpen = open.isSuccess
            return CheckResult(
                .fail,
                subject: kubelet.program.subject,
                isOpen
                    ? "it tells anybody which pods run, and may run commands in them"
                    : "it takes anonymous requests, and refuses them by rights alone",
                evidence: [open.words]
            )
        }
        if let refused = asked.first(where: { $0.status == 401 }) {
            return CheckResult(
                .pass,
                subject: kubelet.program.subject,
                "it refuses whom it does not know",
                evidence: [refused.words]
            )
        }
        return kubelet.judge(.anonymous, "it takes anonymous requests")
    }
}
