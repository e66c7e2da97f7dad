internal import Sigma

extension Check {
    /// Whether Argo CD knows who asks.
    static let argoCDLogin = Check(
        id: "TW-M1035-043",
        title: "Argo CD Lets Anybody In",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "--disable-auth and ARGOCD_SERVER_DISABLE_AUTH of argocd-server, the ConfigMaps argocd-cm and argocd-cmd-params-cm, "
            + "and what it answers without a token",
        passes: "authentication is on, and users.anonymous.enabled is not true",
        remedy: "users.anonymous.enabled: \"false\" in argocd-cm, and no --disable-auth",
        references: ["https://argo-cd.readthedocs.io/en/stable/operator-manual/security/"]
    ) { evidence in
        evidence.applications([.argoCD]) { [judgeCD($0, evidence)] }
    } fix: { evidence in
        evidence.instances(of: [.argoCD]).filter { judgeCD($0, evidence).outcome == .fail }.map { instance in
            var changes: [Fix.Change] = []
            if instance.isOn("--disable-auth"), let manifest = instance.manifest(removing: ["--disable-auth"]) {
                changes.append(.manifest(manifest))
            } else if instance.environment["ARGOCD_SERVER_DISABLE_AUTH"] != nil,
                let manifest = instance.manifest(settingVariables: ["ARGOCD_SERVER_DISABLE_AUTH": "false"])
            {
                changes.append(.manifest(manifest))
            }
            for (name, key) in settings {
                guard let object = configMap(name, of: instance, evidence).value,
                    object.document.at("data", key)?.text == "true"
                else { continue }
                let changed = object.document.setting("false", at: ["data", key])
                changes.append(.manifest(changed.asManifest(of: object)))
            }
            return Fix(
                "Have people log in to \(instance.subject)",
                changes,
                commands: ["kubectl -n \(instance.namespace ?? "argocd") rollout restart deployment argocd-server"],
                caution: "Who came without a login needs an account, or single sign-on."
            )
        }
    }

    private static let settings = [
        ("argocd-cm", "users.anonymous.enabled"), ("argocd-cmd-params-cm", "server.disable.auth"),
    ]

    private static func configMap(_ name: String, of instance: ApplicationInstance, _ evidence: Evidence) -> Reading<
        ClusterObject
    > {
        evidence.cluster.flatMap { $0.objects("ConfigMap") }.flatMap { objects in
            objects.first { $0.name == name && $0.namespace == instance.namespace }.map { .known($0) } ?? .absent
        }
    }

    private static func judgeCD(_ instance: ApplicationInstance, _ evidence: Evidence) -> CheckResult {
        if let open = instance.openResult { return open }
        var bad = instance.isOn("--disable-auth") ? instance.words(of: "--disable-auth") : []
        if let value = instance.environment["ARGOCD_SERVER_DISABLE_AUTH"], ProgramFlags.bool(value) == true {
            bad.append("ARGOCD_SERVER_DISABLE_AUTH=\(value)")
        }
        var unread: String?
        for (name, key) in settings {
            switch configMap(name, of: instance, evidence) {
            case .known(let object):
                if let value = object.document.at("data", key)?.text, value == "true" {
                    bad.append("\(object.words): \(key): \(value)")
                }
            case .unreadable(let reason): unread = reason
            case .absent: break
            }
        }
        if !bad.isEmpty {
            return CheckResult(.fail, subject: instance.subject, "it asks nobody who they are", evidence: bad)
        }
        if let unread, !instance.wasAsked {
            return CheckResult(.unknown, subject: instance.subject, "its ConfigMaps could not be read: \(unread)")
        }
        return CheckResult(.pass, subject: instance.subject, "it asks people who they are")
    }
}
