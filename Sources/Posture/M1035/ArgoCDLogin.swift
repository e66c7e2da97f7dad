internal import Sigma

extension Check {
    /// Whether Argo CD is anybody's.
    static let argoCDLogin = Check(
        id: "TW-M1035-043",
        title: "Argo CD Allows Anonymous Or Disabled Authentication",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "argocd-server's arguments and variables, the ConfigMaps argocd-cm and argocd-cmd-params-cm, and what it answers"
            + " without a token",
        passes: "authentication is on, and there is no anonymous user",
        remedy: "set users.anonymous.enabled to \"false\" in argocd-cm, and take --disable-auth away",
        references: [
            "https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/",
            "https://argo-cd.readthedocs.io/en/stable/operator-manual/server-commands/argocd-server/",
        ],
        judge: { evidence in
            evidence.applications([.argoCD], "Argo CD", onHosts: false) { [ArgoCDServer($0, in: evidence).result] }
        },
        fix: { evidence in
            evidence.running([.argoCD]).flatMap { ArgoCDServer($0, in: evidence).fixes }
        }
    )
}

/// Where an Argo CD server is told to ask nobody who they are.
private struct ArgoCDServer {
    let running: RunningApplication
    let maps: Reading<[ClusterObject]>

    init(_ running: RunningApplication, in evidence: Evidence) {
        self.running = running
        maps = running.workload == nil ? .absent : evidence.cluster.flatMap { $0.objects("ConfigMap") }
    }

    private static let settings = "argocd-cm"
    private static let parameters = "argocd-cmd-params-cm"

    private var namespace: String { running.workload?.namespace ?? "" }

    private func entry(_ name: String, of map: String) -> Bool {
        let value = (maps.value ?? []).data(of: map, in: namespace).last { $0.name == name }?.value.scalar
        return value.flatMap(ProgramFlags.bool) ?? false
    }

    private var isAnonymous: Bool { entry("users.anonymous.enabled", of: Self.settings) }

    /// Whether a switch is on, by argument or by variable.
    private func words(flag: String, variable: String) -> Reading<String> {
        if let value = running.flags.bool(flag) {
            return value ? .known(running.flags.words(of: flag) ?? "--\(flag)") : .absent
        }
        return running.variable(variable).flatMap {
            ProgramFlags.bool($0) == true ? .known("\(variable)=\($0)") : .absent
        }
    }

    private var disabled: Reading<String> { words(flag: "disable-auth", variable: "ARGOCD_SERVER_DISABLE_AUTH") }
    private var plain: Reading<String> { words(flag: "insecure", variable: "ARGOCD_SERVER_INSECURE") }

    var result: CheckResult {
        let subject = running.subject
        let open = running.openings
        guard open.isEmpty else {
            let reason = "it \(open[0].meaning) to whom has not logged in"
            return CheckResult(.fail, subject: subject, reason, evidence: open.map(\.probe.words))
        }
        let refusals = running.refusals.map(\.words)
        if refusals.isEmpty {
            var faults: [String] = []
            if case .known(let words) = disabled { faults.append(words) }
            if isAnonymous {
                faults.append("ConfigMap \"\(namespace)/\(Self.settings)\": users.anonymous.enabled: true")
            }
            guard faults.isEmpty else {
                return CheckResult(.fail, subject: subject, "it does not ask who its callers are", evidence: faults)
            }
            for case .unreadable(let reason) in [disabled, maps.map { _ in "" }] {
                return CheckResult(.unknown, subject: subject, "its settings could not be read: \(reason)")
            }
        }
        guard case .known(let words) = plain else {
            return CheckResult(.pass, subject: subject, "it asks who its callers are", evidence: refusals)
        }
        let reason = "it asks who its callers are, and their tokens come to it in clear"
        return CheckResult(.warn, subject: subject, reason, evidence: refusals + [words])
    }

    var fixes: [Fix] {
        guard [.fail, .warn].contains(result.outcome) else { return [] }
        var changes = ContainerChanges()
        var manifests: [Document] = []
        if isAnonymous || (disabled.value == nil && !running.openings.isEmpty) {
            manifests.append(map(Self.settings, setting: "users.anonymous.enabled"))
        }
        for (reading, flag, name, key) in [
            (disabled, "disable-auth", "ARGOCD_SERVER_DISABLE_AUTH", "server.disable.auth"),
            (plain, "insecure", "ARGOCD_SERVER_INSECURE", "server.insecure"),
        ] {
            guard case .known = reading else { continue }
            if running.flags[flag] != nil {
                changes.removedFlags.insert(flag)
            } else if entry(key, of: Self.parameters) {
                manifests.append(map(Self.parameters, setting: key))
            } else {
                changes.removedVariables.insert(name)
            }
        }
        let title = "Have \(running.subject) ask who its callers are"
        let caution = "who has used it without a login needs one; whoever called it by http has to call it by https"
        var fixes: [Fix] = []
        if !manifests.isEmpty {
            // It reads argocd-cm as it changes, and the rest as it starts.
            let restart = "kubectl rollout restart -n \(namespace) \(running.workload?.restartName ?? "")"
            fixes.append(Fix(title, merged(manifests).map { .manifest($0) }, commands: [restart], caution: caution))
        }
        return fixes + (changes.isEmpty ? [] : [running.fix(title, changes, caution: caution)])
    }

    /// A ConfigMap with an entry switched off, and all others as they are.
    private func map(_ name: String, setting key: String) -> Document {
        let own = maps.value?.first { $0.name == name && $0.namespace == namespace }
        let document =
            own?.applicable
            ?? [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": .text(name), "namespace": .text(namespace),
                    "labels": ["app.kubernetes.io/name": .text(name), "app.kubernetes.io/part-of": "argocd"],
                ],
            ]
        return document.setting("false", at: ["data", key])
    }

    /// One manifest for each ConfigMap, with what all of them switch off.
    private func merged(_ manifests: [Document]) -> [Document] {
        manifests.reduce(into: [Document]()) { merged, one in
            guard let place = merged.firstIndex(where: { $0.at("metadata", "name") == one.at("metadata", "name") })
            else {
                return merged.append(one)
            }
            for member in one["data"]?.members ?? [] where member.value == "false" {
                merged[place] = merged[place].setting("false", at: ["data", member.name])
            }
        }
    }
}

extension ManagementWorkload {
    /// `deployment/argocd-server`.
    var restartName: String { "\(object.kind.lowercased())/\(object.name)" }
}
