internal import Sigma

extension Check {
    /// Whether the audit log is there to be read, by who watches it and nobody else.
    static let auditLogReadable = Check(
        id: "TW-Readiness-005",
        title: "The Audit Log Cannot Be Read, Or By Anybody",
        mitigation: .readiness,
        level: .medium,
        reads:
            "kind, mode, owner and access list of the file that --audit-log-path names; what the service that watches may read",
        passes: "the file is there, the watching service may read it, and not everybody may",
        remedy: "show the folder to the service with one capability, or have the API server tell it by its webhook",
        references: ["https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend"],
        judge: { evidence in evidence.auditResults { $0.reading(in: evidence) } },
        fix: { evidence in
            evidence.auditFixes(failing: { $0.reading(in: evidence) }) { $0.readingFix(in: evidence) }
        }
    )
}

extension AuditSettings {
    fileprivate func reading(in evidence: Evidence) -> [CheckResult] {
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ lines: [String] = []) -> [CheckResult] {
            [CheckResult(outcome, subject: logPath ?? program.subject, reason, evidence: lines)]
        }
        guard isOn else { return result(.notApplicable, "there is no audit log to be read") }
        guard let path = logPath else { return result(.notApplicable, "it is told by a webhook, to who answers there") }
        guard path != "-" else { return result(.notApplicable, "it is told to the server's own output, among its log") }
        if case .pod = program.source {
            return result(.unknown, "it is on the node of the API server's pod, which was not looked at")
        }
        guard let host = evidence.host.value else { return result(.unknown, "the host was not looked at") }
        switch host.file(path) {
        case .unreadable(let reason): return result(.unknown, reason)
        case .absent: return result(.fail, "the API server is to write it, and it is not there")
        case .known(let file):
            let lines = [([file.permissions] + file.accessEntries).joined(separator: ", ")]
            guard file.kind == .regular || file.kind == .other else { return result(.fail, "it is no file", lines) }
            if file.mode & 0o004 != 0 {
                return result(.fail, "everybody on the host may read what is in the requests", lines)
            }
            switch host.watcher(evidence.expectations.watchUser) {
            case .unreadable(let reason): return result(.unknown, reason, lines)
            case .absent:
                let reason = "there is no user '\(evidence.expectations.watchUser)', whose service would read it"
                return result(.notApplicable, reason, lines)
            case .known(let watcher):
                if watcher.mayRead(file) || watcher.readsEverything {
                    return result(.pass, "'\(watcher.user.name)' may read it", lines)
                }
                return result(.fail, "'\(watcher.user.name)' may not read it", lines)
            }
        }
    }

    fileprivate func readingFix(in evidence: Evidence) -> Fix? {
        guard let path = logPath, let host = evidence.host.value, let file = host.file(path).value else { return nil }
        let watcher = host.watcher(evidence.expectations.watchUser).value
        let reading = Watcher.readingEverything(shown: [path.folder])
        guard file.mode & 0o004 != 0 else { return reading }
        var fix = Fix(
            "Have \(path) read by root alone",
            [.permissions(path: path, mode: 0o600, owner: file.owner, group: file.group)],
            commands: ["# the API server makes each new file so by itself"]
        )
        if let watcher, !watcher.readsEverything, watcher.user.id != file.owner {
            fix.changes += reading.changes
            fix.commands += reading.commands
        }
        return fix
    }
}

extension String {
    /// `/var/log` of `/var/log/audit.log`.
    var folder: String {
        guard let slash = lastIndex(of: "/"), slash != startIndex else { return "/" }
        return String(self[..<slash])
    }
}
