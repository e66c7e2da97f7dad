internal import Sigma

extension Check {
    /// What the pods of workflows and pipelines may do, which whoever submits one decides.
    static let workflowAccounts = Check(
        id: "TW-M1018-020",
        title: "Workflows And Pipelines Run With More Than They Need",
        mitigation: .accounts,
        level: .high,
        reads:
            "the service accounts of workflow engines, and those that their steps run as, and what bindings give them",
        passes: "none administers, and each deploys in its own namespace alone",
        remedy: "bind a role of what an executor needs, in the workflow's own namespace, to an account of its own",
        references: ["https://argo-workflows.readthedocs.io/en/latest/workflow-rbac/"],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.results { access in cluster.judge(access) }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let access = cluster.access.value else { return [] }
            let found = cluster.overpowered(access).map(\.0)
            let engines = found.filter { $0.binding.namespace == nil && $0.isOfEngine && !$0.isOfEverything }
            let steps = found.filter { one in !engines.contains { $0.binding == one.binding } }
            return HeldRights.byBinding(engines).map { binding, subjects in
                Fix(
                    "Give \(subjects.map(\.description).joined(separator: ", ")) its rights in its own namespace alone",
                    binding.confined(for: subjects),
                    caution: "workflows of other namespaces need an engine, or a binding, of their own"
                )
            }
                + HeldRights.byBinding(steps).map { binding, subjects in
                    Fix(
                        "Give \(subjects.map(\.description).joined(separator: ", ")) what a step of a workflow needs",
                        binding.replaced(for: subjects, by: executor, suffix: "executor"),
                        caution: "workflows that deploy something themselves need a role of just that, besides"
                    )
                }
        }
    )

    /// What a step reports by.
    ///
    /// Source: https://argo-workflows.readthedocs.io/en/latest/workflow-rbac/.
    private static let executor = [
        PolicyRule(verbs: ["create", "patch"], apiGroups: ["argoproj.io"], resources: ["workflowtaskresults"])
    ]
}

extension HeldRights {
    /// Whether it is an engine's own account, and not one that steps run as.
    fileprivate var isOfEngine: Bool {
        !["default", "default-editor", "pipeline-runner", "tekton-bot"].contains(subject.name)
    }
}

extension ClusterEvidence {
    /// Accounts that workflow engines' own manifests make, and that steps run as unless told otherwise.
    private static let knownAccounts: Set = [
        "argo", "argo-server", "argo-workflow", "argocd-application-controller", "argocd-applicationset-controller",
        "argocd-server", "default-editor", "ml-pipeline", "pipeline-runner", "tekton-bot",
        "tekton-pipelines-controller",
    ]

    fileprivate func judge(_ access: ClusterAccess) -> [CheckResult] {
        let accounts = workflowAccounts(access)
        guard !accounts.isEmpty else {
            return [CheckResult(.notApplicable, subject: "", "no workflow engine runs in the cluster")]
        }
        let found = overpowered(access).map { held, reason in
            CheckResult(.fail, subject: "\(held.binding)", "\(held.subject) \(reason)", evidence: [held.words])
        }
        guard found.isEmpty else { return found }
        let names = accounts.map { "\($0)" }.sorted()
        return [CheckResult(.pass, subject: "", "they deploy in their own namespaces alone", evidence: names)]
    }

    /// Those that are bound, or that the workloads of an engine run as; where one runs, the account that its steps have
    /// unless told otherwise.
    private func workflowAccounts(_ access: ClusterAccess) -> Set<Subject> {
        let engines = managementWorkloads.filter(\.application.isForWorkflows)
        var accounts = Set(
            engines.map { Subject(.serviceAccount, $0.serviceAccount, namespace: $0.namespace) }
        )
        for engine in engines { accounts.insert(Subject(.serviceAccount, "default", namespace: engine.namespace)) }
        let bound = access.bindings.flatMap(\.subjects).filter {
            $0.kind == .serviceAccount && Self.knownAccounts.contains($0.name)
        }
        return accounts.union(bound)
    }

    fileprivate func overpowered(_ access: ClusterAccess) -> [(HeldRights, String)] {
        let accounts = workflowAccounts(access)
        let rbac = "rbac.authorization.k8s.io"
        let administering = ResourceAttributes(verb: "create", group: rbac, resource: "rolebindings")
        return access.held(Workloads.deploying(by: access.roles) + Workloads.entering + [administering]).compactMap {
            held in
            guard accounts.contains(held.subject) else { return nil }
            let administers = held.given.contains { $0.attributes == administering }
            guard let namespace = held.binding.namespace else {
                return (held, "may deploy in every namespace")
            }
            if administers { return (held, "administers '\(namespace)', as every step of a workflow does there") }
            return namespace == held.subject.namespace
                ? nil : (held, "may deploy in '\(namespace)', which is not its own")
        }
    }
}
