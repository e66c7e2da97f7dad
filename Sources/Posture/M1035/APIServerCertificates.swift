internal import Sigma

extension Check {
    /// Whether the API server knows whose certificates it believes, and has one of its own.
    static let apiServerCertificates = Check(
        id: "TW-M1035-025",
        title: "API Server Without Own Certificate Or Clients' Authority",
        mitigation: .limitAccess,
        level: .high,
        reads: "--client-ca-file, --tls-cert-file, and what the certificate says",
        passes: "both are set, and the certificate is valid for 30 days at least",
        remedy: "set both flags; kubeadm certs renew apiserver renews the certificate",
        references: [
            "CIS Kubernetes 1.2.24", "CIS Kubernetes 1.2.25", "kubescape C-0138", "kubescape C-0139",
            "https://kubernetes.io/docs/setup/best-practices/certificates/",
        ]
    ) { evidence in
        evidence.results(of: .apiServer) { certificates(of: $0, in: evidence) }
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: { certificates(of: $0, in: evidence) }) { program in
            let missing = standardCertificates.filter { program.flags[$0.key] == nil }
            guard !missing.isEmpty else {
                let isK3s = if case .k3s = program.told { true } else { false }
                let manifest = "kube-apiserver.yaml"
                let commands =
                    isK3s
                    ? ["systemctl stop k3s", "k3s certificate rotate", "systemctl start k3s"]
                    : [
                        "kubeadm certs renew apiserver",
                        // As kubeadm's own guide has it: the kubelet ends what has no manifest.
                        "cd /etc/kubernetes && mv manifests/\(manifest) . && sleep 20 && mv \(manifest) manifests/",
                    ]
                return Fix(
                    "Renew the API server's certificate",
                    commands.map { .command($0) },
                    caution: "the API server is away for half a minute"
                )
            }
            return program.fix(
                "Give the API server its certificate and its clients' authority",
                set: Dictionary(uniqueKeysWithValues: missing.map { ("--\($0.key)", $0.value) }),
                caution: "The paths are kubeadm's: where the cluster's authority is elsewhere, name its files."
            )
        }
    }

    private static let standardCertificates = [
        "client-ca-file": "/etc/kubernetes/pki/ca.crt", "tls-cert-file": "/etc/kubernetes/pki/apiserver.crt",
        "tls-private-key-file": "/etc/kubernetes/pki/apiserver.key",
    ]

    private static func certificates(of program: ControlPlaneProgram, in evidence: Evidence) -> CheckResult {
        let missing = ["client-ca-file", "tls-cert-file"].filter { program.flags[$0] == nil }
        let quoted = program.words("client-ca-file", "tls-cert-file")
        guard missing.isEmpty else {
            return CheckResult(
                .fail,
                subject: program.subject,
                "\(missing.map { "--\($0)" }.joined(separator: " and ")) is not set",
                evidence: quoted
            )
        }
        let path = program.flags["tls-cert-file"] ?? ""
        let host = evidence.host.value
        let certificate: CertificateFacts
        switch program.certificate(path, in: evidence) {
        case .known(let facts): certificate = facts
        case .absent: return CheckResult(.unknown, subject: program.subject, "\(path) is not there", evidence: quoted)
        case .unreadable(let reason):
            return CheckResult(.unknown, subject: program.subject, "both are set, but \(reason)", evidence: quoted)
        }
        let days = (certificate.notAfter - (host?.collectedAt ?? 0)) / 86_400
        let words = "\(path): \(certificate.subject), by \(certificate.issuer)"
        if days < 0 {
            return CheckResult(.fail, subject: program.subject, "its certificate has expired", evidence: [words])
        }
        return days < 30
            ? CheckResult(.warn, subject: program.subject, "its certificate expires within 30 days", evidence: [words])
            : CheckResult(.pass, subject: program.subject, "both are set", evidence: quoted + [words])
    }
}
