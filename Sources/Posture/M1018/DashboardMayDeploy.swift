internal import Sigma

extension Check {
    /// Whether who reaches a dashboard can deploy by it, whoever they are.
    static let dashboardMayDeploy = Check(
        id: "TW-M1018-018",
        title: "A Dashboard's Service Account May Deploy",
        mitigation: .accounts,
        level: .critical,
        reads: "the service accounts of the management applications that run, and what bindings give them",
        passes: "a dashboard's may not deploy; another application's may, in its own namespace or those it is bound in",
        remedy: "bind a role to read by, and let people log in with accounts of their own",
        references: ["kubescape C-0014", "kubescape C-0267", "kubescape C-0272"],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.results { access in cluster.judge(access) }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let access = cluster.access.value else { return [] }
            let found = cluster.deployingAccounts(access)
            let narrowing = Narrowing(rights: Workloads.deploying(by: access.roles) + Workloads.entering)
            let dashboards = found.filter { $0.account.application.isDashboard || $0.held.isOfEverything }.map(\.held)
            let others = found.filter { !$0.account.application.isDashboard && !$0.held.isOfEverything }.map(\.held)
            return access.fixes(taking: dashboards, by: narrowing, suffix: "readonly")
                + HeldRights.byBinding(others).map { binding, subjects in
                    Fix(
                        "Give \(subjects.map(\.description).joined(separator: ", ")) its rights in its own namespace alone",
                        binding.confined(for: subjects),
                        caution: "what it manages in other namespaces needs a binding in each of them"
                    )
                }
        }
    )
}

extension ClusterEvidence {
    fileprivate func judge(_ access: ClusterAccess) -> [CheckResult] {
        let accounts = applicationAccounts
        guard !accounts.isEmpty else {
            return [CheckResult(.notApplicable, subject: "", "no management application runs in the cluster")]
        }
        let deploying = deployingAccounts(access)
        let found = deploying.map { one in
            let place = one.held.binding.namespace.map { "in '\($0)'" } ?? "in every namespace"
            return CheckResult(
                .fail,
                subject: "\(one.held.binding)",
                "\(one.account.application.name.rawValue) may deploy \(place) as \(one.held.subject), whoever uses it",
                evidence: [one.held.words]
            )
        }
        let failed = Set(deploying.map(\.held.subject))
        let passed = accounts.filter { !failed.contains($0.subject) }.map { account in
            CheckResult(
                .pass,
                subject: "\(account.subject)",
                "\(account.application.name.rawValue) may deploy nowhere that it should not"
            )
        }
        return found + passed
    }

    fileprivate func deployingAccounts(
        _ access: ClusterAccess
    ) -> [(account: ApplicationAccount, held: HeldRights)] {
        let accounts = Dictionary(applicationAccounts.map { ($0.subject, $0) }) { first, _ in first }
        return access.held(Workloads.deploying(by: access.roles) + Workloads.entering).compactMap { held in
            guard let account = accounts[held.subject] else { return nil }
            // What an application is for it needs, where somebody said so by a binding of a namespace.
            guard account.application.isDashboard || held.binding.namespace == nil else { return nil }
            return (account, held)
        }
    }
}
