internal import Sigma

extension Check {
    /// Whether the Kubernetes Dashboard has people log in, and takes their tokens by TLS.
    static let kubernetesDashboardLogin = Check(
        id: "TW-M1035-040",
        title: "Kubernetes Dashboard Login Can Be Skipped Or Is In Clear",
        mitigation: .limitAccess,
        level: .critical,
        reads: "the arguments of the Kubernetes Dashboard, and what it answers to whom has not logged in",
        passes:
            "its login cannot be skipped, tokens are taken by TLS alone, and without one it answers nothing of the cluster",
        remedy: "take these arguments away; people log in with tokens of their own, through a gateway",
        references: [
            "kubescape C-0014", "kube-hunter KHV029",
            "https://github.com/kubernetes/dashboard/blob/v2.7.0/docs/common/dashboard-arguments.md",
        ]
    ) { evidence in
        evidence.applications([.kubernetesDashboard]) { [judge($0)] }
    } fix: { evidence in
        evidence.instances(of: [.kubernetesDashboard]).filter { judge($0).outcome == .fail }.compactMap { instance in
            let bad = Set(badArguments(of: instance))
            guard !bad.isEmpty, let manifest = instance.manifest(removing: bad) else { return nil }
            return Fix(
                "Have people log in to \(instance.subject)",
                [.manifest(manifest)],
                caution: "Who came without a token needs one: kubectl create token, for an account of their own."
            )
        }
    }

    private static func judge(_ instance: ApplicationInstance) -> CheckResult {
        if let open = instance.openResult { return open }
        let bad = badArguments(of: instance)
        guard bad.isEmpty else {
            return CheckResult(
                .fail,
                subject: instance.subject,
                bad.contains("--enable-skip-login")
                    ? "its login can be skipped: who does acts as its service account"
                    : "tokens are taken in clear, or from other sites",
                evidence: bad.flatMap { instance.words(of: $0) }
            )
        }
        return CheckResult(
            .pass,
            subject: instance.subject,
            instance.wasAsked ? "it answers nothing of the cluster without a login" : "its login cannot be skipped"
        )
    }

    private static func badArguments(of instance: ApplicationInstance) -> [String] {
        let switches = ["--enable-skip-login", "--enable-insecure-login", "--disable-csrf-protection"]
        let address = instance.argument("--insecure-bind-address")
        let isOpen = address.map { !Listener($0).isLoopback && !$0.isEmpty } ?? false
        return switches.filter(instance.isOn) + (isOpen ? ["--insecure-bind-address"] : [])
    }
}
