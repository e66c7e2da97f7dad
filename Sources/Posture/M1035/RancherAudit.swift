internal import Sigma

extension Check {
    /// Whether Rancher remembers who did what, and whether its first password is gone.
    static let rancherAudit = Check(
        id: "TW-M1035-045",
        title: "Rancher Keeps No Audit Log, Or Its First Password",
        mitigation: .limitAccess,
        level: .medium,
        reads: "AUDIT_LEVEL of Rancher, and the Secret bootstrap-secret beside it",
        passes: "AUDIT_LEVEL is 2 or more, so that bodies are in the log, and the Secret is gone",
        remedy: "auditLog.level: 2 in the chart's values, and delete the Secret once an administrator is there",
        references: ["https://ranchermanager.docs.rancher.com/how-to-guides/advanced-user-guides/enable-api-audit-log"]
    ) { evidence in
        evidence.applications([.rancher]) { judgeRancher($0, evidence) }
    } fix: { evidence in
        evidence.instances(of: [.rancher]).flatMap { instance -> [Fix] in
            guard judgeRancher(instance, evidence).contains(where: { $0.outcome == .fail }) else { return [] }
            var changes: [Fix.Change] = []
            if !keepsBodies(instance), let manifest = instance.manifest(settingVariables: ["AUDIT_LEVEL": "2"]) {
                changes.append(.manifest(manifest))
                changes.append(.file(path: "values.yaml", text: "auditLog:\n  enabled: true\n  level: 2\n"))
            }
            if firstPassword(of: instance, evidence).value != nil {
                changes.append(.deletion(kind: "Secret", namespace: instance.namespace, name: "bootstrap-secret"))
            }
            return [
                Fix(
                    "Have \(instance.subject) remember who did what",
                    changes,
                    commands: ["helm upgrade --reuse-values -f values.yaml rancher …"]
                )
            ]
        }
    }

    private static func keepsBodies(_ instance: ApplicationInstance) -> Bool {
        instance.environment["AUDIT_LEVEL"].flatMap { Int($0) }.map { $0 >= 2 } ?? false
    }

    private static func firstPassword(of instance: ApplicationInstance, _ evidence: Evidence) -> Reading<ClusterObject>
    {
        guard let namespace = instance.namespace else { return .absent }
        return evidence.cluster.flatMap { $0.objects("Secret") }.flatMap { secrets in
            secrets.first { $0.name == "bootstrap-secret" && $0.namespace == namespace }.map { .known($0) } ?? .absent
        }
    }

    private static func judgeRancher(_ instance: ApplicationInstance, _ evidence: Evidence) -> [CheckResult] {
        if let open = instance.openResult { return [open] }
        var bad: [String] = []
        if !keepsBodies(instance) {
            bad.append(
                instance.environment["AUDIT_LEVEL"].map { "AUDIT_LEVEL=\($0)" } ?? "no AUDIT_LEVEL, which is 0 then"
            )
        }
        let password = firstPassword(of: instance, evidence)
        if let secret = password.value { bad.append(secret.words) }
        guard bad.isEmpty else {
            let reason =
                keepsBodies(instance)
                ? "its first password is still there" : "what people deploy by it is not remembered"
            return [CheckResult(.fail, subject: instance.subject, reason, evidence: bad)]
        }
        if case .unreadable(let reason) = password {
            return [CheckResult(.unknown, subject: instance.subject, "whether its first password is gone: \(reason)")]
        }
        return [CheckResult(.pass, subject: instance.subject, "it remembers who did what, with bodies")]
    }
}
