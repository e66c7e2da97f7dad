internal import Sigma

extension Check {
    /// Whether the cluster learns who deploys by a dashboard.
    static let ownIdentity = Check(
        id: "TW-M1018-026",
        title: "Applications Deploy In Their Own Name",
        mitigation: .accounts,
        level: .medium,
        reads: "in the audit log, what service accounts of management applications were allowed; their settings",
        passes: "what they deploy carries the name of the person who asked for it",
        remedy: "have people log in with accounts of their own, or put a gateway before it that impersonates them",
        references: [
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation",
            "https://argo-workflows.readthedocs.io/en/latest/argo-server-auth-mode/",
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                if let reason = cluster.workloadsUnread, cluster.managementWorkloads.isEmpty {
                    return [CheckResult(.unknown, subject: "", "workloads could not be read: \(reason)")]
                }
                let workloads = cluster.managementWorkloads
                guard !workloads.isEmpty else {
                    let reason = "no management application runs in the cluster"
                    return [CheckResult(.notApplicable, subject: "", reason)]
                }
                return workloads.map(cluster.judge)
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value else { return [] }
            return cluster.managementWorkloads.compactMap { workload in
                guard cluster.judge(workload).outcome == .fail else { return nil }
                return workload.asClient ?? workload.behindGateway
            }
        }
    )
}

extension ClusterEvidence {
    fileprivate func judge(_ workload: ManagementWorkload) -> CheckResult {
        let name = workload.application.name.rawValue
        let account = Subject(.serviceAccount, workload.serviceAccount, namespace: workload.namespace)
        if let words = workload.ownIdentitySetting {
            let reason = "\(name) acts as \(account) for whoever asks it"
            return CheckResult(.fail, subject: workload.object.words, reason, evidence: [words])
        }
        switch used {
        case .absent:
            let reason = "whom \(name) acts as is in the cluster's audit log, which was not given"
            return CheckResult(.unknown, subject: workload.object.words, reason)
        case .unreadable(let reason):
            return CheckResult(.unknown, subject: workload.object.words, "the audit log could not be read: \(reason)")
        case .known(let used):
            let deployed = used.deployments(by: account)
            guard deployed.isEmpty else {
                return CheckResult(
                    .fail,
                    subject: workload.object.words,
                    "\(name) deployed as \(account), whoever asked it to",
                    evidence: deployed
                )
            }
            guard used.events > 0 else {
                return CheckResult(.unknown, subject: workload.object.words, "the audit log tells no request")
            }
            let reason = "nothing was deployed in \(name)'s own name"
            return CheckResult(.pass, subject: workload.object.words, reason)
        }
    }
}

extension UsedRights {
    /// What somebody deployed, as people read it.
    fileprivate func deployments(by subject: Subject) -> [String] {
        let asked = Set(Workloads.deploying(by: []).map(\.words))
        return (requests[subject] ?? []).compactMap { request -> String? in
            guard case .resource(let attributes) = request, attributes.subresource.isEmpty else { return nil }
            let isKnown = asked.contains(attributes.words) || Workloads.isCustom(attributes)
            guard isKnown, ["create", "update", "patch"].contains(attributes.verb) else { return nil }
            return attributes.namespace.isEmpty ? attributes.words : "\(attributes.words) in '\(attributes.namespace)'"
        }
        .sorted()
    }
}

extension ManagementWorkload {
    /// The setting by which it acts in its own name; nil where none says so.
    fileprivate var ownIdentitySetting: String? {
        switch application.name {
        case .argoWorkflows:
            // The last modes of several are added to the first.
            for (place, word) in words.enumerated() {
                if word == "--auth-mode=server" { return word }
                if word == "--auth-mode", words.indices.contains(place + 1), words[place + 1] == "server" {
                    return "--auth-mode server"
                }
            }
            return nil
        case .kubernetesDashboard:
            return words.first { $0 == "--enable-skip-login" || $0 == "--enable-skip-login=true" }
        default: return nil
        }
    }

    /// The same workload that takes what people bring; nil where it cannot.
    fileprivate var asClient: Fix? {
        guard ownIdentitySetting != nil else { return nil }
        var changes = ContainerChanges()
        if application.name == .argoWorkflows {
            changes.removedFlags = ["auth-mode"]
            let modes = ProgramFlags(words).all("auth-mode").filter { $0 != "server" }
            changes.addedArguments = (modes.isEmpty ? ["client"] : modes).map { "--auth-mode=\($0)" }
        } else {
            changes.removedFlags = ["enable-skip-login"]
        }
        let changed = manifest { changes.applied(to: $0) }
        return Fix(
            "Have \(application.name.rawValue) ask the cluster as who uses it",
            [.manifest(changed)],
            caution: "people need tokens of their own to use it"
        )
    }

    fileprivate var behindGateway: Fix {
        Fix(
            "Let people reach \(application.name.rawValue) by a gateway that says who they are",
            [
                .steps([
                    "put a gateway before it that people log in to, and that writes down who deployed which image",
                    "have it send Impersonate-User and Impersonate-Group where the application passes them on, and take the"
                        + " rights to deploy from ServiceAccount \(namespace)/\(serviceAccount)",
                ])
            ]
        )
    }
}
