internal import Sigma

extension Check {
    /// Whether Argo Workflows acts for whoever asks.
    static let argoWorkflowsLogin = Check(
        id: "TW-M1035-042",
        title: "Argo Server Acts For Whoever Asks",
        mitigation: .limitAccess,
        level: .critical,
        reads: "--auth-mode and --secure of Argo Workflows' server, and what it answers without a token",
        passes: "its modes are client and sso alone, and it answers 401 without a token",
        remedy: "--auth-mode=client, or sso; and TLS",
        references: ["https://argo-workflows.readthedocs.io/en/latest/argo-server-auth-mode/"]
    ) { evidence in
        evidence.applications([.argoWorkflows]) { judge($0) }
    } fix: { evidence in
        evidence.instances(of: [.argoWorkflows]).compactMap { instance in
            guard judge(instance).contains(where: { $0.outcome == .fail || $0.outcome == .warn }) else { return nil }
            let modes = Set(instance.arguments("--auth-mode")).intersection(["client", "sso"]).sorted()
            let own = modes.isEmpty ? ["client"] : modes
            guard
                let manifest = instance.manifest(
                    removing: ["--auth-mode", "--secure"],
                    setting: own.map { "--auth-mode=\($0)" }
                )
            else { return nil }
            return Fix(
                "Have people log in to \(instance.subject)",
                [.manifest(manifest)],
                caution: "Who came without a token needs one; what reached it in plain HTTP has to use TLS."
            )
        }
    }

    private static func judge(_ instance: ApplicationInstance) -> [CheckResult] {
        if let open = instance.openResult { return [open] }
        let modes = instance.arguments("--auth-mode").flatMap { $0.split(separator: ",").map(String.init) }
        if modes.contains("server") {
            return [
                CheckResult(
                    .fail,
                    subject: instance.subject,
                    "whoever reaches it runs workflows as its service account",
                    evidence: instance.words(of: "--auth-mode")
                )
            ]
        }
        if instance.argument("--secure").flatMap(ProgramFlags.bool) == false {
            return [
                CheckResult(
                    .warn,
                    subject: instance.subject,
                    "tokens come to it in clear",
                    evidence: instance.words(of: "--secure")
                )
            ]
        }
        return [
            CheckResult(
                .pass,
                subject: instance.subject,
                instance.wasAsked ? "it answers nothing without a token" : "it acts with its callers' tokens",
                evidence: instance.words(of: "--auth-mode")
            )
        ]
    }
}
