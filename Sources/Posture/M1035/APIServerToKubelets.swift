internal import Sigma

extension Check {
    /// Whether the API server knows a kubelet from somebody between.
    static let apiServerToKubelets = Check(
        id: "TW-M1035-026",
        title: "API Server Does Not Verify Kubelets",
        mitigation: .limitAccess,
        level: .medium,
        reads: "--kubelet-client-certificate and --kubelet-certificate-authority",
        passes: "both are set",
        remedy: "set both; kubelets need serving certificates of that authority (serverTLSBootstrap: true) before",
        references: [
            "CIS Kubernetes 1.2.4", "CIS Kubernetes 1.2.5", "kubescape C-0116", "kubescape C-0117",
            "https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#apiserver-to-kubelet",
        ]
    ) { evidence in
        evidence.results(of: .apiServer, verifiesKubelets)
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: verifiesKubelets) { program in
            let missing = kubeletCertificates.filter { program.flags[$0.key] == nil }
            return program.fix(
                "Have the API server verify kubelets",
                set: Dictionary(uniqueKeysWithValues: missing.map { ("--\($0.key)", $0.value) }),
                caution:
                    "Kubelets whose certificate is self-signed are refused from then on: logs and exec end. Set serverTLSBootstrap: true in their configuration and approve their requests (kubectl certificate approve) before. The paths are kubeadm's."
            )
        }
    }

    private static let kubeletCertificates = [
        "kubelet-client-certificate": "/etc/kubernetes/pki/apiserver-kubelet-client.crt",
        "kubelet-client-key": "/etc/kubernetes/pki/apiserver-kubelet-client.key",
        "kubelet-certificate-authority": "/etc/kubernetes/pki/ca.crt",
    ]

    private static func verifiesKubelets(_ program: ControlPlaneProgram) -> CheckResult {
        let names = ["kubelet-client-certificate", "kubelet-certificate-authority"]
        let missing = names.filter { program.flags[$0] == nil }
        let quoted = program.words("kubelet-client-certificate", "kubelet-certificate-authority")
        return missing.isEmpty
            ? CheckResult(.pass, subject: program.subject, "both are set", evidence: quoted)
            : CheckResult(
                .fail,
                subject: program.subject,
                "\(missing.map { "--\($0)" }.joined(separator: " and ")) is not set: whoever is between may answer for a kubelet",
                evidence: quoted
            )
    }
}
