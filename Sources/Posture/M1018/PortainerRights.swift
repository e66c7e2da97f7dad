internal import Sigma

extension Check {
    /// What Portainer may do, and what it lets people do who are no administrators of it.
    static let portainerRights = Check(
        id: "TW-M1018-021",
        title: "Portainer Administers, And Lifts Limits For Others",
        mitigation: .accounts,
        level: .high,
        reads: "bindings of Portainer's service account, and the security settings of its environments",
        passes:
            "it is bound in namespaces to what it manages there, and regular users may lift no limit of a container",
        remedy: "bind a role in the namespaces that it manages, and switch off all that regular users are allowed",
        references: ["https://docs.portainer.io/admin/environments/environments"],
        judge: { evidence in
            let results = evidence.portainerBindings.map { held in
                CheckResult(
                    .fail,
                    subject: "\(held.binding)",
                    "Portainer may do everything as \(held.subject), and who administers it with it",
                    evidence: ["\(held.binding.role.kind.rawValue) \"\(held.binding.role.name)\": * on *.*"]
                )
            }
            return results + evidence.portainerSettings + evidence.portainerRemainder(isFound: !results.isEmpty)
        },
        fix: { evidence in
            guard let access = evidence.access.value else { return evidence.portainerSettingsFixes }
            let narrowing = Narrowing(rights: [ResourceAttributes(verb: "*", group: "*", resource: "*")])
            let rights = access.fixes(taking: evidence.portainerBindings, by: narrowing, suffix: "reading")
            return rights + evidence.portainerSettingsFixes
        }
    )
}

extension Evidence {
    private var portainers: [ApplicationAccount] {
        cluster.value?.applicationAccounts.filter { [.portainer, .portainerAgent].contains($0.application.name) } ?? []
    }

    private var isPortainerOnHost: Bool {
        (host.flatMap(\.engineContainers).value ?? []).contains { $0.application?.name == .portainer }
    }

    fileprivate var portainerBindings: [HeldRights] {
        let accounts = Set(portainers.map(\.subject))
        let everything = ResourceAttributes(verb: "*", group: "*", resource: "*")
        return (access.value?.held([everything]) ?? []).filter { accounts.contains($0.subject) }
    }

    /// What it says of its environments, where it was asked with an account of it.
    fileprivate var portainerSettings: [CheckResult] {
        portainerAnswers.flatMap { probe -> [CheckResult] in
            guard let read = PortainerEnvironments(probe.body) else {
                let reason = "what it says of its environments could not be read, or not wholly"
                return [CheckResult(.unknown, subject: probe.words, reason)]
            }
            let allowed = read.environments.flatMap(\.allowed)
            guard !allowed.isEmpty else {
                guard read.hasSettings else { return [] }
                return [CheckResult(.pass, subject: probe.words, "regular users may lift no limit of a container")]
            }
            return [
                CheckResult(
                    .fail,
                    subject: probe.words,
                    "regular users may lift limits of containers that they deploy",
                    evidence: allowed.uniqued.map { "\"\($0)\":true" }
                )
            ]
        }
    }

    private var portainerAnswers: [Probe] {
        let probes = (host.value?.probes ?? []) + (cluster.value?.serviceProbes.map(\.probe) ?? [])
        return probes.filter { $0.path.hasPrefix("/api/endpoints") && $0.status == 200 }
    }

    fileprivate var portainerSettingsFixes: [Fix] {
        let changes = portainerAnswers.map { PortainerEnvironments($0.body)?.changes(at: $0) ?? [] }.filter {
            !$0.isEmpty
        }
        guard !changes.isEmpty else { return [] }
        return [
            Fix(
                "Let regular users of Portainer lift no limit of a container",
                changes.flatMap(\.self),
                caution:
                    "who deploys with what is switched off, and is no administrator of Portainer, is refused; where its "
                    + "certificate is its own, name it to curl by CURL_CA_BUNDLE"
            )
        ]
    }

    /// What there is to say where nothing fails: that it is not there, or that its settings are not known.
    fileprivate func portainerRemainder(isFound: Bool) -> [CheckResult] {
        let isThere = !portainers.isEmpty || isPortainerOnHost
        guard isThere else {
            if let reason = cluster.value?.workloadsUnread, !isFound {
                return [CheckResult(.unknown, subject: "", "workloads could not be read: \(reason)")]
            }
            if case .unreadable(let reason) = cluster {
                return [CheckResult(.unknown, subject: "", "the cluster could not be read: \(reason)")]
            }
            if case .unreadable(let reason) = host.flatMap(\.engineContainers), !isFound {
                return [CheckResult(.unknown, subject: "", "containers could not be read: \(reason)")]
            }
            return isFound || !portainerSettings.isEmpty
                ? [] : [CheckResult(.notApplicable, subject: "", "no Portainer runs here")]
        }
        if isFound || !portainerSettings.isEmpty { return [] }
        if !portainers.isEmpty {
            if case .unreadable(let reason) = access {
                return [CheckResult(.unknown, subject: "Portainer", "roles and bindings could not be read: \(reason)")]
            }
        }
        let reason = "what it lets regular users do is told to its administrators alone"
        return [CheckResult(.warn, subject: "Portainer", reason)]
    }
}
