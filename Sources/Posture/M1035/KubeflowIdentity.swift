internal import Sigma

extension Check {
    private static let kubeflow = Set(ManagementApplication.all.filter(\.isOfKubeflow).map(\.name))

    /// Whether Kubeflow's applications believe anybody as to who they are.
    static let kubeflowIdentity = Check(
        id: "TW-M1035-041",
        title: "Kubeflow Web Apps Trust A Forgeable Identity Header",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "AuthorizationPolicies and NetworkPolicies for Kubeflow's applications, APP_DISABLE_AUTH, and what they answer an"
            + " ordinary pod that sends the header",
        passes: "the gateway's account or pods alone may come to them with the header, and authentication is on",
        remedy: "have the mesh turn away whoever sends the header and is not the gateway",
        references: [
            "https://github.com/kubeflow/kubeflow/issues/6702",
            "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
        ],
        judge: { evidence in
            evidence.applications(kubeflow, "Kubeflow", onHosts: false) { running in
                KubeflowApplication(running, in: evidence).map { [$0.result] } ?? []
            }
        },
        fix: { evidence in
            evidence.running(kubeflow).flatMap { KubeflowApplication($0, in: evidence)?.fixes ?? [] }
        }
    )
}

/// One of Kubeflow's applications, and who may come to it.
private struct KubeflowApplication {
    let running: RunningApplication
    let workload: ManagementWorkload
    let cluster: ClusterEvidence
    let expectations: Expectations

    init?(_ running: RunningApplication, in evidence: Evidence) {
        guard let workload = running.workload, let cluster = evidence.cluster.value else { return nil }
        self.running = running
        self.workload = workload
        self.cluster = cluster
        expectations = evidence.expectations
    }

    private var header: String { running.variable("USERID_HEADER").value ?? "kubeflow-userid" }
    private var isInMesh: Bool { cluster.isInMesh(workload) }

    private var isUnasking: Bool { running.variable("APP_DISABLE_AUTH").value.flatMap(ProgramFlags.bool) ?? false }

    /// What the mesh says to whom is not let in.
    private var meshRefusals: [Probe] {
        running.answers.filter { $0.status == 403 && $0.body.contains("RBAC: access denied") }
    }

    private var mesh: Reading<MeshAdmission> {
        let told = cluster.meshAdmission(to: workload, header: header)
        // Without a policy for it there is nothing that a sidecar would have to enforce.
        if case .known(.everybody) = told { return told }
        if isInMesh { return told }
        if case .unreadable(let reason) = cluster.objects("Namespace") { return .unreadable(reason) }
        return .known(.everybody("it is in no service mesh"))
    }

    private var network: Reading<MeshAdmission> {
        cluster.networkPolicies.map { policies in
            if workload.isOnHostNetwork { return .everybody("it is on its node's network") }
            guard let openings = cluster.openings(to: workload, among: policies, expectations) else {
                return .everybody("no NetworkPolicy limits who comes to it")
            }
            let wide = openings.filter { $0.width != .narrow }
            let words = (wide.isEmpty ? openings : wide).map { "\($0.policy.object.words): \($0.words)" }
            if wide.contains(where: { $0.width == .everybody }) { return .everybody(words.joined(separator: ", ")) }
            return wide.isEmpty ? .named(words) : .many(words)
        }
    }

    var result: CheckResult {
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ words: [String] = []) -> CheckResult {
            CheckResult(outcome, subject: running.subject, reason, evidence: words)
        }
        let open = running.openings
        if !open.isEmpty {
            return result(
                .fail,
                "it \(open.map(\.meaning).uniqued.joined(separator: "; it "))",
                open.map(\.probe.words)
            )
        }
        if isUnasking { return result(.fail, "it asks nobody who they are", ["APP_DISABLE_AUTH=true"]) }
        if case .unreadable(let reason) = running.variable("APP_DISABLE_AUTH") {
            return result(.unknown, "whether it asks who its callers are could not be read: \(reason)")
        }
        if !meshRefusals.isEmpty {
            return result(.pass, "the mesh turns away who is not the gateway", meshRefusals.map(\.words))
        }
        let readings = [mesh, network]
        for case .known(.named(let words)) in readings {
            return result(.pass, "named callers alone come to it", words)
        }
        for case .unreadable(let reason) in readings {
            return result(.unknown, "who may come to it could not be read: \(reason)")
        }
        for case .known(.many(let words)) in readings {
            return result(.warn, "others than the gateway may come to it, and say they are anybody", words)
        }
        let words = readings.compactMap { reading -> String? in
            guard case .known(.everybody(let words)) = reading else { return nil }
            return words
        }
        return result(.fail, "it believes whoever comes to it as to who they are", words)
    }

    // MARK: Fixes

    /// Those of Kubeflow's own that hand the header on to others of it.
    private var callers: [String] {
        switch workload.application.name {
        case .kubeflowProfiles: ["centraldashboard"]
        case .kubeflowPipelines: ["ml-pipeline-ui"]
        default: []
        }
    }

    var fixes: [Fix] {
        guard [.fail, .warn].contains(result.outcome) else { return [] }
        var fixes: [Fix] = []
        if isUnasking {
            var changes = ContainerChanges()
            changes.variables = ["APP_DISABLE_AUTH": "false"]
            fixes.append(running.fix("Have \(running.subject) ask who its callers are", changes))
        }
        let isNamed = [mesh, network].contains {
            if case .known(.named) = $0 { true } else { false }
        }
        guard !isNamed || !running.openings.isEmpty, !workload.ownLabels.isEmpty else { return fixes }
        let title = "Let the gateway alone say to \(running.subject) who its callers are"
        if isInMesh {
            fixes.append(
                Fix(
                    title,
                    [.manifest(denial)],
                    caution: "who calls it with the header from elsewhere has to come by the gateway"
                )
            )
        } else if !workload.isOnHostNetwork {
            let openings = cluster.networkPolicies.value.flatMap {
                cluster.openings(to: workload, among: $0, expectations)
            }
            let wide = (openings ?? []).filter { $0.width != .narrow }.map(\.policy.object.name).uniqued
            fixes.append(
                Fix(
                    title,
                    [.manifest(admission)]
                        + wide.map { .deletion(kind: "NetworkPolicy", namespace: workload.namespace, name: $0) },
                    caution: "every other pod that calls it has to be named in that policy"
                )
            )
        }
        return fixes
    }

    /// A policy that turns away whoever sends the header, but for the gateway and those that hand it on.
    private var denial: Document {
        let gateway = cluster.ingressGateway
        let own = callers.map { "cluster.local/ns/\(workload.namespace)/sa/\($0)" }
        return [
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": [
                "name": .text("tidewaiter-identity-\(workload.object.name)"), "namespace": .text(workload.namespace),
            ],
            "spec": [
                "selector": ["matchLabels": .labels(workload.ownLabels)], "action": "DENY",
                "rules": [
                    [
                        "from": [["source": ["notPrincipals": .list(([gateway.principal] + own).map { .text($0) })]]],
                        "when": [["key": .text("request.headers[\(header)]"), "values": ["*"]]],
                    ]
                ],
            ],
        ]
    }

    /// A policy by which the gateway's pods come to it, and those that hand the header on.
    private var admission: Document {
        var gateway = cluster.ingressGateway
        if let other = expectations.gatewayNamespaces.sorted().first, other != gateway.namespace {
            gateway = IngressGateway(namespace: other, labels: ["app": "tidewaiter-gateway"], account: "")
        }
        let from: Document = [
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .text(gateway.namespace)]],
            "podSelector": ["matchLabels": .labels(gateway.labels)],
        ]
        let own = callers.map { name -> Document in ["podSelector": ["matchLabels": ["app": .text(name)]]] }
        let ports = workload.ports.map { port -> Document in ["protocol": "TCP", "port": .integer(Int64(port))] }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": [
                "name": .text("tidewaiter-identity-\(workload.object.name)"), "namespace": .text(workload.namespace),
            ],
            "spec": [
                "podSelector": ["matchLabels": .labels(workload.ownLabels)], "policyTypes": ["Ingress"],
                "ingress": [["from": .list([from] + own), "ports": .list(ports)]],
            ],
        ]
    }
}
