internal import Sigma

extension Check {
    /// Whether Rancher writes down who did what by it, and whether its first password lies about.
    static let rancherAudit = Check(
        id: "TW-M1035-045",
        title: "Rancher Audit Log Off Or Bootstrap Secret Left",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "AUDIT_LOG_ENABLED, AUDIT_LEVEL and CATTLE_BOOTSTRAP_PASSWORD of Rancher, and the Secret bootstrap-secret",
        passes:
            "its audit log is on at level 2 or above, which has requests' bodies, and there is no bootstrap password",
        remedy:
            "set auditLog.enabled and auditLog.level of the Helm chart, and give the first administrator another password",
        references: [
            "https://ranchermanager.docs.rancher.com/how-to-guides/advanced-user-guides/enable-api-audit-log",
            "https://ranchermanager.docs.rancher.com/getting-started/installation-and-upgrade/installation-references/helm-chart-options",
        ],
        judge: { evidence in
            evidence.applications([.rancher], "Rancher") { rancher in
                [auditLog(of: rancher)] + [bootstrapPassword(of: rancher, in: evidence)].compactMap(\.self)
            }
        },
        fix: { evidence in
            evidence.running([.rancher]).flatMap { rancher -> [Fix] in
                let isQuiet = [.fail, .warn].contains(auditLog(of: rancher).outcome)
                let isLeft = bootstrapPassword(of: rancher, in: evidence)?.outcome == .warn
                return (isQuiet ? [auditFix(for: rancher)] : []) + (isLeft ? [passwordFix(for: rancher)] : [])
            }
        }
    )

    /// By variable; before AUDIT_LOG_ENABLED came, the level alone said it, and 0 was off.
    private static func auditLog(of rancher: RunningApplication) -> CheckResult {
        let flags = rancher.flags
        let level = flags["audit-level"].map { .known($0) } ?? rancher.variable("AUDIT_LEVEL")
        let enabled =
            flags["enable-audit-log"].map { .known($0) } ?? rancher.variable("AUDIT_LOG_ENABLED")
        for case .unreadable(let reason) in [level, enabled] {
            return CheckResult(
                .unknown,
                subject: rancher.subject,
                "its audit log's settings could not be read: \(reason)"
            )
        }
        let words =
            [enabled.value.map { "AUDIT_LOG_ENABLED=\($0)" }, level.value.map { "AUDIT_LEVEL=\($0)" }].compactMap(
                \.self
            )
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: rancher.subject, reason, evidence: words)
        }
        guard let number = Int(level.value ?? "0") else { return result(.unknown, "its AUDIT_LEVEL is no number") }
        if let enabled = enabled.value, ProgramFlags.bool(enabled) != true {
            return result(.fail, "its audit log is off")
        }
        guard number >= 2 else {
            let reason =
                enabled.value == nil && number <= 0 ? "its audit log is off" : "its audit log has no requests' bodies"
            return result(.fail, reason)
        }
        guard enabled.value == nil else { return result(.pass, "its audit log is on, with requests' bodies") }
        let version = rancher.version
        if version.count >= 2, version.lexicographicallyPrecedes([2, 11]) {
            return result(.pass, "its audit log is on, with requests' bodies")
        }
        if version.count >= 2, !version.lexicographicallyPrecedes([2, 12]) {
            return result(.fail, "its audit log is off, as AUDIT_LOG_ENABLED is not set")
        }
        return result(.warn, "newer versions write no audit log without AUDIT_LOG_ENABLED")
    }

    private static func bootstrapPassword(of rancher: RunningApplication, in evidence: Evidence) -> CheckResult? {
        // A Secret's value is nowhere in what is collected: that it comes from one is no fault of the template.
        if case .known = rancher.variable("CATTLE_BOOTSTRAP_PASSWORD") {
            let reason = "its first password stands in how it is started, for whoever may look at that"
            return CheckResult(.warn, subject: rancher.subject, reason, evidence: ["CATTLE_BOOTSTRAP_PASSWORD"])
        }
        guard let workload = rancher.workload, let cluster = evidence.cluster.value else { return nil }
        switch cluster.objects("Secret") {
        case .absent: return nil
        case .unreadable(let reason):
            return CheckResult(.unknown, subject: rancher.subject, "whether its bootstrap secret is left: \(reason)")
        case .known(let secrets):
            guard
                let left = secrets.first(where: { $0.name == "bootstrap-secret" && $0.namespace == workload.namespace })
            else { return nil }
            let reason = "the first administrator's password is kept, and may never have been changed"
            return CheckResult(.warn, subject: left.words, reason)
        }
    }

    /// The chart's values for a log with requests' bodies.
    static let rancherValues = """
        # Values for Rancher's Helm chart: who did what by it, with requests' bodies.
        auditLog:
          enabled: true
          level: 2
          destination: sidecar
          maxAge: 10
          maxBackup: 10
          maxSize: 100

        """

    private static func auditFix(for rancher: RunningApplication) -> Fix {
        let title = "Have \(rancher.subject) write an audit log"
        let caution = "the log holds what people send, tokens and passwords masked: keep it from who may not see that"
        if let workload = rancher.workload, workload.isOfHelm {
            let release = workload.object.annotations["meta.helm.sh/release-name"] ?? workload.object.name
            return Fix(
                title,
                [.file(path: "rancher-values.yaml", text: rancherValues)],
                commands: [
                    "helm upgrade \(release) rancher-latest/rancher --namespace \(workload.namespace) --reuse-values"
                        + " --values rancher-values.yaml"
                ],
                caution: caution
            )
        }
        var changes = ContainerChanges()
        changes.removedFlags = ["audit-level", "enable-audit-log"]
        changes.variables = ["AUDIT_LOG_ENABLED": "true", "AUDIT_LEVEL": "2"]
        return rancher.fix(title, changes, caution: caution)
    }

    private static func passwordFix(for rancher: RunningApplication) -> Fix {
        Fix(
            "Have Rancher's first password open nothing",
            [
                .steps([
                    "log in to Rancher as admin, and change its password: what is kept is good for the first login alone",
                    "set bootstrapPassword of its Helm chart to \"\", or take CATTLE_BOOTSTRAP_PASSWORD from how it is"
                        + " started: the chart's own Secret is needed for it to start, so leave that there",
                    "then say in the owners' policy that it is accepted",
                ])
            ]
        )
    }
}
