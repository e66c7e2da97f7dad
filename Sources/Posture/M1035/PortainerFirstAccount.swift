internal import Sigma

extension Check {
    /// Whether somebody has taken Portainer's first account, and whether it is asked in clear.
    static let portainerFirstAccount = Check(
        id: "TW-M1035-044",
        title: "Portainer Without An Administrator, Or In Plain HTTP",
        mitigation: .limitAccess,
        level: .high,
        reads: "what Portainer answers to GET /api/users/admin/check, and its port 9000",
        passes: "it has an administrator, and is asked by HTTPS alone",
        remedy: "start it with --admin-password-file, use port 9443, and start it with --http-disabled",
        references: ["https://docs.portainer.io/advanced/cli"]
    ) { evidence in
        evidence.applications([.portainer]) { judgePortainer($0) }
    } fix: { evidence in
        evidence.instances(of: [.portainer]).compactMap { instance in
            guard judgePortainer(instance).contains(where: { $0.outcome == .warn || $0.outcome == .fail }) else {
                return nil
            }
            guard !instance.isOn("--http-disabled"),
                let manifest = instance.manifest(removing: [], setting: ["--http-disabled"])
            else { return nil }
            return Fix(
                "Have \(instance.subject) be asked by HTTPS alone",
                [.manifest(manifest)],
                caution: "What asks it at port 9000 has to use 9443; make its administrator first where it has none."
            )
        }
    }

    private static func judgePortainer(_ instance: ApplicationInstance) -> [CheckResult] {
        if let open = instance.openResult { return [open] }
        let isPlain = instance.answers.contains {
            $0.scheme == .http && $0.status.map { $0 < 400 } ?? false && $0.port != 8000
        }
        if isPlain {
            let seen = instance.answers.filter { $0.scheme == .http && $0.status != nil }
            return [
                CheckResult(
                    .warn,
                    subject: instance.subject,
                    "passwords come to it in clear",
                    evidence: seen.map(\.words)
                )
            ]
        }
        if instance.wasAsked {
            return [
                CheckResult(
                    .pass,
                    subject: instance.subject,
                    "it has an administrator",
                    evidence: instance.answers.map(\.words)
                )
            ]
        }
        let names = ["--admin-password", "--admin-password-file"]
        let hasAccount = names.contains { instance.argument($0) != nil }
        if hasAccount, instance.isOn("--http-disabled") {
            return [CheckResult(.pass, subject: instance.subject, "it starts with an administrator, by HTTPS alone")]
        }
        return [
            hasAccount
                ? CheckResult(.warn, subject: instance.subject, "it answers in plain HTTP at port 9000, too")
                : CheckResult(.unknown, subject: instance.subject, "nobody asked it whether it has an administrator")
        ]
    }
}
