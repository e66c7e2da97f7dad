/// What an API server was told of its audit log.
struct AuditSettings: Sendable {
    let program: ControlPlaneProgram

    /// What whoever collects has to look for, besides the files of the control plane: the policy's text, and of the log its
    /// owner and mode alone.
    func requests() -> [FileRequest] {
        let texts = [policyPath, program.flags["admission-control-config-file"]].compactMap(\.self)
        let log = logPath.flatMap { $0 == "-" ? nil : $0 }
        return texts.map { FileRequest($0, .text) } + [log].compactMap(\.self).map { FileRequest($0) }
    }

    private static let flags = [
        "audit-policy-file", "audit-log-path", "audit-webhook-config-file", "audit-log-maxage", "audit-log-maxbackup",
        "audit-log-maxsize",
    ]

    private func path(_ flag: String) -> String? { program.flags[flag].flatMap { $0.isEmpty ? nil : $0 } }

    var policyPath: String? { path("audit-policy-file") }
    /// `-` for what the server's own output is.
    var logPath: String? { path("audit-log-path") }
    var webhookPath: String? { path("audit-webhook-config-file") }
    var isOn: Bool { policyPath != nil && (logPath != nil || webhookPath != nil) }

    /// The flags that are set, as they stand there.
    var words: [String] { Self.flags.compactMap { program.flags.words(of: $0) } }

    /// A count; 0, which is no bound, where it is not set, and nil where it is no number.
    private func count(_ flag: String) -> Int? { path(flag).map { Int($0) } ?? 0 }

    /// Days.
    var maximumAge: Int? { count("audit-log-maxage") }
    /// Files besides the one that is written.
    var maximumBackups: Int? { count("audit-log-maxbackup") }
    /// Megabytes of a file; 100 where it is not set (natefinch/lumberjack).
    var maximumSize: Int? { count("audit-log-maxsize").map { $0 == 0 ? 100 : $0 } }

    /// The policy's document.
    func document(in evidence: Evidence) -> Reading<Document> {
        guard let policyPath else { return .absent }
        return program.document(policyPath, in: evidence)
    }

    func policy(in evidence: Evidence) -> Reading<AuditPolicy> {
        document(in: evidence).flatMap { document in
            do throws(DocumentError) { return .known(try AuditPolicy(document)) } catch {
                return .unreadable("\(policyPath ?? ""): \(error.description)")
            }
        }
    }
}

extension Evidence {
    /// What a check finds in what each API server was told of its audit log.
    func auditResults(
        hosted: CheckResult.Outcome = .unknown,
        _ judge: (AuditSettings) -> [CheckResult]
    ) -> [CheckResult] {
        switch programs(.apiServer) {
        case .absent:
            guard cluster.value != nil else {
                return [CheckResult(.notApplicable, subject: "", "no kube-apiserver runs here")]
            }
            let reason = "the cluster's control plane is its provider's, which says elsewhere what it audits"
            return [CheckResult(hosted, subject: "", reason)]
        case .unreadable(let reason):
            return [CheckResult(.unknown, subject: "", "whether a kube-apiserver runs could not be read: \(reason)")]
        case .known(let programs):
            return programs.flatMap { program -> [CheckResult] in
                if let problem = program.problem {
                    return [CheckResult(.unknown, subject: program.subject, problem)]
                }
                return judge(AuditSettings(program: program))
            }
        }
    }

    /// The fixes for what each API server was told, where a check finds it failing.
    func auditFixes(
        failing judge: (AuditSettings) -> [CheckResult],
        _ fix: (AuditSettings) -> Fix?
    ) -> [Fix] {
        (programs(.apiServer).value ?? []).map(AuditSettings.init).filter { settings in
            settings.program.problem == nil && judge(settings).contains { [.fail, .warn].contains($0.outcome) }
        }.compactMap(fix)
    }
}
