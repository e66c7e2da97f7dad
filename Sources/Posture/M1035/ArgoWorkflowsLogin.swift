internal import Sigma

extension Check {
    /// Whether Argo Workflows lets anybody submit workflows as its own account.
    static let argoWorkflowsLogin = Check(
        id: "TW-M1035-042",
        title: "Argo Server Runs With --auth-mode=server",
        mitigation: .limitAccess,
        level: .critical,
        reads: "argo-server's --auth-mode and --secure, by argument or variable, and what it answers without a token",
        passes: "its modes are client and sso alone, and it speaks TLS",
        remedy: "run it with --auth-mode=client, or sso, and without --secure=false",
        references: [
            "kubescape C-0021", "https://argo-workflows.readthedocs.io/en/latest/argo-server-auth-mode/",
            "https://argo-workflows.readthedocs.io/en/latest/tls/",
        ],
        judge: { evidence in
            evidence.applications([.argoWorkflows], "Argo Workflows", onHosts: false) { [ArgoServer($0).result] }
        },
        fix: { evidence in
            evidence.running([.argoWorkflows]).compactMap { ArgoServer($0).fix }
        }
    )
}

/// How an Argo server asks who its callers are.
private struct ArgoServer {
    let running: RunningApplication
    let flags: ProgramFlags

    init(_ running: RunningApplication) {
        self.running = running
        flags = running.flags
    }

    /// By which anybody is taken, as the server itself.
    private static let open: Set = ["server", "hybrid"]

    /// The modes, and where they are said; a variable's are taken besides the arguments'.
    ///
    /// Source: argo-workflows cmd/argo/commands/server.go. Before version 3 the default was `server`.
    private var modes: Reading<[(mode: String, words: String)]> {
        let told = flags.all("auth-mode").map { ($0, "--auth-mode=\($0)") }
        switch running.variable("ARGO_AUTH_MODE") {
        case .known(let mode):
            let modes = mode.split { "[], ".contains($0) }.map(String.init)
            return .known(told + modes.map { ($0, "ARGO_AUTH_MODE=\(mode)") })
        case .unreadable(let reason):
            return told.contains { Self.open.contains($0.0) } ? .known(told) : .unreadable(reason)
        case .absent:
            guard told.isEmpty else { return .known(told) }
            let isOld = running.version.first.map { $0 > 0 && $0 < 3 } ?? false
            let mode = isOld ? "server" : "client"
            return .known([(mode, "--auth-mode is not set, which is \(mode)")])
        }
    }

    private var isPlain: String? {
        if let secure = flags.bool("secure") ?? flags.bool("e") {
            return secure ? nil : flags.words(of: "secure") ?? "-e=false"
        }
        guard let value = running.variable("ARGO_SECURE").value, ProgramFlags.bool(value) == false else { return nil }
        return "ARGO_SECURE=\(value)"
    }

    var result: CheckResult {
        let subject = running.subject
        let open = running.openings
        guard open.isEmpty else {
            let reason = "it \(open[0].meaning) to whom has not logged in"
            return CheckResult(.fail, subject: subject, reason, evidence: open.map(\.probe.words))
        }
        let refusals = running.refusals.map(\.words)
        let plain = isPlain
        switch modes {
        case .unreadable(let reason) where refusals.isEmpty:
            return CheckResult(.unknown, subject: subject, "its authentication mode could not be read: \(reason)")
        case .known(let modes) where refusals.isEmpty && modes.contains { Self.open.contains($0.mode) }:
            let words = modes.filter { Self.open.contains($0.mode) }.map(\.words) + [plain].compactMap(\.self)
            return CheckResult(.fail, subject: subject, "it takes anybody as itself", evidence: words)
        case .known, .unreadable, .absent:
            let words = refusals + (modes.value ?? []).map(\.words)
            guard let plain else {
                return CheckResult(.pass, subject: subject, "it asks who its callers are", evidence: words)
            }
            let reason = "it asks who its callers are, and their tokens come to it in clear"
            return CheckResult(.warn, subject: subject, reason, evidence: words + [plain])
        }
    }

    var fix: Fix? {
        guard [.fail, .warn].contains(result.outcome) else { return nil }
        let kept = flags.all("auth-mode").filter { !Self.open.contains($0) }.uniqued
        var changes = ContainerChanges()
        changes.removedFlags = ["auth-mode", "secure", "e"]
        changes.addedArguments = (kept.isEmpty ? ["client"] : kept).map { "--auth-mode=\($0)" }
        changes.removedVariables = ["ARGO_AUTH_MODE", "ARGO_SECURE"].filter { running.variable($0).value != nil }.set
        let caution =
            "people need a token of a ServiceAccount to log in, and whoever called it by http has to call it by https"
        guard case .workload(let workload) = running.place, !workload.words.contains("-c") else {
            return running.fix("Have \(running.subject) ask who its callers are", changes, caution: caution)
        }
        let manifest = workload.manifest { changes.applied(to: $0).askingByHTTPS }
        return Fix("Have \(running.subject) ask who its callers are", [.manifest(manifest)], caution: caution)
    }
}

extension Document {
    /// A container whose health is asked for over TLS, as it speaks nothing else.
    fileprivate var askingByHTTPS: Document {
        ["readinessProbe", "livenessProbe", "startupProbe"].reduce(self) { container, name in
            container.at(name, "httpGet") == nil
                ? container : container.setting("HTTPS", at: [name, "httpGet", "scheme"])
        }
    }
}

extension [String] {
    fileprivate var set: Set<String> { Set(self) }
}
