internal import Sigma

extension Check {
    /// Whether kubelets tell anybody what runs, at another port.
    static let kubeletReadOnlyPort = Check(
        id: "TW-M1035-029",
        title: "Kubelet Has A Read-Only Port",
        mitigation: .limitAccess,
        level: .high,
        reads: "what answers at 10255 in plain HTTP, and the kubelet's sockets; its configuration and flags",
        passes: "nothing answers there, and readOnlyPort is 0",
        remedy: "readOnlyPort: 0 in the KubeletConfiguration",
        references: [
            "CIS Kubernetes 4.2.4", "kubescape C-0175", "trivy KCV-0082", "kube-hunter KHV052",
            "https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/",
        ]
    ) { evidence in
        evidence.kubelets { kubelet, _ in judgeReadOnlyPort(kubelet, evidence) }
    } fix: { evidence in
        evidence.kubeletFixes(failing: { kubelet, _ in judgeReadOnlyPort(kubelet, evidence) }) {
            $0.fix(
                "Close the kubelet's read-only port",
                .readOnlyPort
            )
        }
    }

    private static func judgeReadOnlyPort(_ kubelet: KubeletSettings, _ evidence: Evidence) -> CheckResult {
        let told = kubelet.value(.readOnlyPort).flatMap { Int($0.value) } ?? 10255
        let port = told == 0 ? 10255 : told
        let answered = evidence.anonymousProbes(of: kubelet.program, ports: [port], scheme: .http)
            .filter(\.isSuccess)
        let sockets = (evidence.host.value?.listeners.value ?? []).filter { listener in
            listener.port == port && (kubelet.program.process.map(listener.processes.contains) ?? false)
        }
        let seen = answered.map(\.words) + sockets.map(\.words)
        guard seen.isEmpty else {
            return CheckResult(
                .fail,
                subject: kubelet.program.subject,
                "it tells anybody which pods run",
                evidence: seen + [kubelet.words(.readOnlyPort)]
            )
        }
        return kubelet.judge(.readOnlyPort, "it tells anybody which pods run")
    }
}
