internal import Sigma

extension Check {
    /// Whether the API server tells of any request.
    static let auditLogOn = Check(
        id: "TW-Readiness-001",
        title: "The API Server's Audit Log Is Off",
        mitigation: .readiness,
        level: .high,
        reads: "kube-apiserver's --audit-policy-file, --audit-log-path and --audit-webhook-config-file",
        passes: "it has a policy, and a file or a webhook to tell it to",
        remedy: "give the API server a policy and a file for its audit log",
        references: [
            "CIS Kubernetes 1.2.16", "CIS Kubernetes 3.2.1",
            "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/",
        ],
        judge: { $0.auditResults(hosted: .warn, judgeOn) },
        fix: { evidence in evidence.auditFixes(failing: judgeOn) { $0.switchingOn(in: evidence) } }
    )

    private static let judgeOn: @Sendable (AuditSettings) -> [CheckResult] = { settings in
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> [CheckResult] {
            [CheckResult(outcome, subject: settings.program.subject, reason, evidence: settings.words)]
        }
        guard settings.logPath != nil || settings.webhookPath != nil else {
            return result(.fail, "it tells no request to anybody")
        }
        guard settings.policyPath != nil else {
            return result(.fail, "it has no policy, without which nothing is told")
        }
        return result(.pass, "it tells requests to \(settings.destination)")
    }
}

extension AuditSettings {
    /// Where it is told: "/var/log/audit.log and the webhook of /etc/kubernetes/hook.yaml".
    fileprivate var destination: String {
        let log = logPath.map { $0 == "-" ? "its own output" : $0 }
        return [log, webhookPath.map { "the webhook of \($0)" }].compactMap(\.self).joined(separator: " and ")
    }
}
