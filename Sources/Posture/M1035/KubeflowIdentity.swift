internal import Sigma

extension Check {
    /// Whether others than the gateway can tell Kubeflow's applications who they are.
    static let kubeflowIdentity = Check(
        id: "TW-M1035-041",
        title: "Kubeflow Believes A Header That Anybody Can Send",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "who may connect to Kubeflow's web applications: NetworkPolicies and AuthorizationPolicies; APP_DISABLE_AUTH",
        passes: "the gateway alone connects to them, and APP_DISABLE_AUTH is not set",
        remedy: "admit the gateway's pods and its principal alone, and take APP_DISABLE_AUTH away",
        references: [
            "https://www.kubeflow.org/docs/components/central-dash/profiles/",
            "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
        ]
    ) { evidence in
        evidence.applications(kubeflow) { [judge($0, evidence)] }
    } fix: { evidence in
        evidence.instances(of: kubeflow).filter { judge($0, evidence).outcome == .fail }.flatMap { fixes($0, evidence) }
    }

    private static let kubeflow = Set(ManagementApplication.all.filter(\.isOfKubeflow).map(\.name))

    private static func judge(_ instance: ApplicationInstance, _ evidence: Evidence) -> CheckResult {
        if let value = instance.environment["APP_DISABLE_AUTH"], ProgramFlags.bool(value.lowercased()) == true {
            return CheckResult(
                .fail,
                subject: instance.subject,
                "it asks nobody who they are",
                evidence: ["APP_DISABLE_AUTH=\(value)"]
            )
        }
        if let open = instance.openResult { return open }
        guard let workload = instance.workload, let cluster = evidence.cluster.value else {
            return CheckResult(.unknown, subject: instance.subject, "who connects to it is known in a cluster alone")
        }
        let (isLimitedByMesh, meshUnread) = meshLimit(of: workload, cluster)
        if let words = isLimitedByMesh {
            return CheckResult(
                .pass,
                subject: instance.subject,
                "the mesh lets named principals alone connect",
                evidence: words
            )
        }
        guard let policies = cluster.networkPolicies.value else {
            return CheckResult(.unknown, subject: instance.subject, "NetworkPolicies could not be read")
        }
        guard let openings = cluster.openings(to: workload, among: policies, evidence.expectations),
            openings.allSatisfy({ $0.width == .narrow })
        else {
            if let meshUnread { return CheckResult(.unknown, subject: instance.subject, meshUnread) }
            return CheckResult(
                .fail,
                subject: instance.subject,
                "every pod that reaches it can say who it is, in the header kubeflow-userid"
            )
        }
        return CheckResult(
            .pass,
            subject: instance.subject,
            "the gateway alone connects to it",
            evidence: openings.map { "\($0.policy.object.words): \($0.words)" }
        )
    }

    /// The AuthorizationPolicies by which named principals alone reach the pods: those that ALLOW and select them, of which
    /// every rule names principals.
    ///
    /// A principal is known by mutual TLS alone, so that who comes in clear has none.
    private static func meshLimit(of workload: ManagementWorkload, _ cluster: ClusterEvidence) -> ([String]?, String?) {
        let objects: [ClusterObject]
        switch cluster.objects("AuthorizationPolicy") {
        case .known(let known): objects = known
        case .absent: return (nil, nil)
        case .unreadable(let reason): return (nil, "AuthorizationPolicies could not be read: \(reason)")
        }
        let selecting = objects.filter { policy in
            guard policy.namespace == workload.namespace,
                (policy.document.at("spec", "action")?.text ?? "ALLOW") == "ALLOW"
            else {
                return false
            }
            let labels = policy.document.at("spec", "selector", "matchLabels")?.textsByName ?? [:]
            return labels.allSatisfy { workload.podLabels[$0.key] == $0.value }
        }
        guard !selecting.isEmpty else { return (nil, nil) }
        let isNarrow = selecting.allSatisfy { policy in
            (policy.document.at("spec", "rules")?.elements ?? []).allSatisfy { rule in
                let sources = rule["from"]?.elements ?? []
                return !sources.isEmpty
                    && sources.allSatisfy { source in
                        let principals = source.at("source", "principals")?.texts ?? []
                        return !principals.isEmpty && !principals.contains { $0 == "*" }
                    }
            }
        }
        return (isNarrow ? selecting.map(\.words) : nil, nil)
    }

    private static func fixes(_ instance: ApplicationInstance, _ evidence: Evidence) -> [Fix] {
        guard let workload = instance.workload else { return [] }
        var changes: [Fix.Change] = []
        if instance.environment["APP_DISABLE_AUTH"] != nil,
            let manifest = instance.manifest(settingVariables: ["APP_DISABLE_AUTH": "False"])
        {
            changes.append(.manifest(manifest))
        }
        let labels = workload.ownLabels
        guard !labels.isEmpty else { return [] }
        changes.append(
            .manifest([
                "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
                "metadata": [
                    "name": .text("tidewaiter-\(workload.object.name)"), "namespace": .text(workload.namespace),
                ],
                "spec": [
                    "action": "ALLOW",
                    "selector": [
                        "matchLabels": .object(labels.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
                    ],
                    "rules": [
                        [
                            "from": [
                                [
                                    "source": [
                                        "principals": [
                                            "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
                                        ]
                                    ]
                                ]
                            ]
                        ]
                    ],
                ],
            ])
        )
        return [
            Fix(
                "Have Istio's gateway alone connect to \(instance.subject)",
                changes,
                caution:
                    "It takes Istio's sidecar before the pods; the principal is that of Kubeflow's own gateway: name yours where "
                    + "it is another. Other AuthorizationPolicies that select the pods add to this one."
            )
        ]
    }
}
