internal import Sigma

extension Check {
    /// Whether kubelets know whose certificates they believe.
    static let kubeletClientAuthority = Check(
        id: "TW-M1035-030",
        title: "Kubelet Has No Clients' Authority",
        mitigation: .limitAccess,
        level: .high,
        reads: "authentication.x509.clientCAFile and --client-ca-file",
        passes: "it is set",
        remedy: "authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt in the KubeletConfiguration",
        references: [
            "CIS Kubernetes 4.2.3", "kubescape C-0070", "kubescape C-0174",
            "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
        ]
    ) { evidence in
        evidence.kubelets(judgeClientAuthority)
    } fix: { evidence in
        evidence.kubeletFixes(failing: judgeClientAuthority) {
            $0.fix(
                "Have the kubelet know its clients' authority",
                .clientAuthority
            )
        }
    }

    private static func judgeClientAuthority(_ kubelet: KubeletSettings, _: [Probe]) -> CheckResult {
        kubelet.judge(.clientAuthority, "it knows no authority for its clients")
    }
}
