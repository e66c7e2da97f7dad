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
            $0.fix("Have the kubelet refuse whom it does not know", .anonymous, to: false)
        }
    }

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
            $0.fix("Have the API server decide for the kubelet", .authorization, to: "Webhook")
        }
    }

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
                .readOnlyPort,
                to: 0,
                caution:
                    "What reads metrics there has to ask at 10250, with a service account that may get nodes/metrics."
            )
        }
    }

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
                .clientAuthority,
                to: "/etc/kubernetes/pki/ca.crt",
                caution: "The path is kubeadm's: where the cluster's authority is elsewhere, name its file."
            )
        }
    }
}

extension Check {
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
        return kubelet.judge(.anonymous, "it takes anonymous requests") { ProgramFlags.bool($0) == false }
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
        return kubelet.judge(.authorization, "it does not ask the API server for rights") { $0 == "Webhook" }
    }

    private static func judgeClientAuthority(_ kubelet: KubeletSettings, _: [Probe]) -> CheckResult {
        kubelet.judge(.clientAuthority, "it knows no authority for its clients") { !$0.isEmpty }
    }

    private static func judgeReadOnlyPort(_ kubelet: KubeletSettings, _ evidence: Evidence) -> CheckResult {
        let told = kubelet.value(.readOnlyPort).flatMap { Int($0.value) } ?? 10255
        let port = told == 0 ? 10255 : told
        let answered = evidence.anonymousProbes(ports: [port], scheme: .http).filter(\.isSuccess)
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
        return kubelet.judge(.readOnlyPort, "it tells anybody which pods run") { $0 == "0" }
    }
}
