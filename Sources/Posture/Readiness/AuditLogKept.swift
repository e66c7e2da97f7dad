internal import Sigma

extension Check {
    /// Whether the audit log is still there when somebody looks.
    static let auditLogKept = Check(
        id: "TW-Readiness-004",
        title: "The Audit Log Is Not Kept Long Enough",
        mitigation: .readiness,
        level: .medium,
        reads: "kube-apiserver's --audit-log-maxage, --audit-log-maxbackup and --audit-log-maxsize",
        passes: "nothing is thrown away before 30 days or 1 GB, whatever comes first",
        remedy: "keep 10 files of 100 MB for 30 days, and ship them off the host",
        references: ["CIS Kubernetes 1.2.17", "CIS Kubernetes 1.2.18", "CIS Kubernetes 1.2.19"],
        judge: { $0.auditResults(judgeKept) },
        fix: { evidence in evidence.auditFixes(failing: judgeKept) { $0.isOn ? $0.keeping(in: evidence) : nil } }
    )

    /// Megabytes that CIS has kept: ten files of a hundred.
    private static let enough = 1_000

    private static let judgeKept: @Sendable (AuditSettings) -> [CheckResult] = { settings in
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> [CheckResult] {
            [CheckResult(outcome, subject: settings.program.subject, reason, evidence: settings.words)]
        }
        guard settings.isOn else { return result(.notApplicable, "there is no audit log to be kept") }
        guard let path = settings.logPath, path != "-" else {
            return result(.notApplicable, "it is told to others, who keep it")
        }
        guard let age = settings.maximumAge, let backups = settings.maximumBackups, let size = settings.maximumSize
        else {
            return result(.unknown, "its bounds are no numbers")
        }
        if age > 0, age < 30 { return result(.fail, "what is older than \(age) days is thrown away") }
        let (kept, isHuge) = backups.multipliedReportingOverflow(by: size)
        if backups > 0, !isHuge, kept < enough {
            return result(.fail, "no more than \(backups) files of \(size) MB are kept besides the one that is written")
        }
        return result(.pass, age == 0 && backups == 0 ? "nothing is thrown away" : "it is kept long enough")
    }
}
