extension Document {
    /// A policy by which nobody comes in to any pod of a namespace, unless another lets them.
    static func defaultDeny(in namespace: String) -> Document {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": "tidewaiter-default-deny", "namespace": .text(namespace)],
            "spec": ["podSelector": [:], "policyTypes": ["Ingress"]],
        ]
    }

    static func labels(_ labels: [String: String]) -> Document {
        .object(labels.sorted { $0.key < $1.key }.map { Member($0.key, .text($0.value)) })
    }

    /// A policy by which the gateway alone comes to some pods.
    static func gatewayOnly(
        _ name: String,
        in namespace: String,
        to labels: [String: String],
        ports: [Int],
        gateway: String
    ) -> Document {
        let from: Document = [
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .text(gateway)]],
            "podSelector": ["matchLabels": ["app": "tidewaiter-gateway"]],
        ]
        let named = ports.sorted().map { port -> Document in ["protocol": "TCP", "port": .integer(Int64(port))] }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": .text("tidewaiter-gateway-only-\(name)"), "namespace": .text(namespace)],
            "spec": [
                "podSelector": ["matchLabels": .labels(labels)], "policyTypes": ["Ingress"],
                "ingress": [["from": [from], "ports": .list(named)]],
            ],
        ]
    }
}

extension Expectations {
    /// Where the gateway stands, or is to stand.
    var gatewayNamespace: String { gatewayNamespaces.sorted().first ?? "tidewaiter" }
}

extension ManagementWorkload {
    /// Where its containers listen: as the template says, or as the application does by default.
    var ports: [Int] {
        let named = template.mainPorts.filter(\.isTCP).map(\.number)
        return named.isEmpty ? Array(application.ports.prefix(1)) : Set(named).sorted()
    }

    /// The names that its containers give their ports.
    var portNames: Set<String> { Set(template.mainPorts.compactMap(\.name)) }

    /// Labels that tell its pods from others.
    var ownLabels: [String: String] { template.lastingLabels }

    /// `Deployment "argo/argo-server" (Argo Workflows)`.
    var subject: String { "\(object.words) (\(application.name.rawValue))" }
}

extension ClusterEvidence {
    /// The ways in to a workload's pods; nil where no policy limits who comes.
    func openings(
        to workload: ManagementWorkload,
        among policies: [NetworkPolicy],
        _ expectations: Expectations
    ) -> [Admission.Opening]? {
        openings(
            to: workload.podLabels,
            in: workload.namespace,
            ports: workload.portNames,
            among: policies,
            expectations
        )
    }
}

extension Evidence {
    /// What a check finds in the cluster's workloads that are management applications.
    func managementWorkloads(_ judge: (ClusterEvidence, [ManagementWorkload]) -> [CheckResult]) -> [CheckResult] {
        cluster.results(of: "clusters") { cluster in
            let workloads = cluster.managementWorkloads
            if workloads.isEmpty {
                if let reason = cluster.workloadsUnread { return [CheckResult(.unknown, subject: "", reason)] }
                return [CheckResult(.notApplicable, subject: "", "no management application runs in the cluster")]
            }
            let found = judge(cluster, workloads)
            // Those that were not collected may fail.
            guard let reason = cluster.workloadsUnread, !found.contains(where: { $0.outcome == .fail }) else {
                return found
            }
            return found + [CheckResult(.unknown, subject: "", "there may be more: \(reason)")]
        }
    }
}
