internal import Sigma

extension Check {
    /// Whether the Kubernetes Dashboard can be used without a login, or with one that others on the way read.
    static let kubernetesDashboardLogin = Check(
        id: "TW-M1035-040",
        title: "Kubernetes Dashboard Login Can Be Skipped Or Sent In Clear",
        mitigation: .limitAccess,
        level: .critical,
        reads: "the dashboard's arguments, and what it answers without a token",
        passes: "it has no argument that skips its login, takes it in clear or lets other sites act, and lists nothing",
        remedy: "take those arguments away",
        references: [
            "kubescape C-0014", "kubescape C-0021", "kube-hunter KHV029",
            "https://github.com/kubernetes/dashboard/blob/v2.7.0/docs/common/dashboard-arguments.md",
        ],
        judge: { evidence in
            evidence.applications([.kubernetesDashboard], "Kubernetes Dashboard", onHosts: false) { dashboard in
                let faults = dashboardFaults(dashboard)
                let open = dashboard.openings
                guard faults.isEmpty, open.isEmpty else {
                    let reasons = open.map { "it \($0.meaning)" } + faults.map(\.reason)
                    return [
                        CheckResult(
                            .fail,
                            subject: dashboard.subject,
                            reasons.uniqued.joined(separator: "; "),
                            evidence: open.map(\.probe.words) + faults.map(\.words)
                        )
                    ]
                }
                let told = dashboard.refusals.map(\.words) + dashboard.words
                return [CheckResult(.pass, subject: dashboard.subject, "it asks for a token", evidence: told)]
            }
        },
        fix: { evidence in
            evidence.running([.kubernetesDashboard]).compactMap { dashboard in
                let flags = dashboardFaults(dashboard).map(\.flag)
                guard !flags.isEmpty else { return nil }
                var changes = ContainerChanges()
                changes.removedFlags = Set(flags)
                // Without certificates it would serve nothing but plain text.
                let hasCertificate = ["auto-generate-certificates", "tls-cert-file"].contains {
                    dashboard.flags[$0] != nil
                }
                if flags.contains("insecure-bind-address"), !hasCertificate {
                    changes.addedArguments = ["--auto-generate-certificates"]
                }
                return dashboard.fix(
                    "Have \(dashboard.subject) ask for a token, over TLS",
                    changes,
                    caution: "who has used it without a token needs one: `kubectl create token ACCOUNT`"
                )
            }
        }
    )

    private static func dashboardFaults(
        _ dashboard: RunningApplication
    ) -> [(flag: String, words: String, reason: String)] {
        let flags = dashboard.flags
        let says = dashboard.answers.first { $0.path == "/api/v1/login/skippable" && $0.status == 200 }
        let isSkippable = says.map { !$0.body.replacing(" ", with: "").contains(#""skippable":false"#) }
        var faults: [(flag: String, words: String, reason: String)] = []
        func add(_ flag: String, _ reason: String) {
            faults.append((flag, flags.words(of: flag) ?? "--\(flag)", reason))
        }
        if flags.bool("enable-skip-login") == true, isSkippable ?? true {
            add("enable-skip-login", "its login can be skipped")
        }
        if flags.bool("enable-insecure-login") == true {
            add("enable-insecure-login", "it takes tokens in clear")
        }
        if flags.bool("disable-csrf-protection") == true {
            add("disable-csrf-protection", "other sites can act by the browser of who is logged in")
        }
        // From version 7 on a proxy of its own stands before it, which speaks TLS.
        let isBehindOwnProxy = ["dashboard-api", "dashboard-web", "dashboard-auth"].contains {
            dashboard.image.contains($0)
        }
        if let address = flags["insecure-bind-address"], !Listener(address).isLoopback, !isBehindOwnProxy {
            add("insecure-bind-address", "it serves plain text beyond its own pod")
        }
        return faults
    }
}
