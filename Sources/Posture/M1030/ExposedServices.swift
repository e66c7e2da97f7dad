internal import Sigma

extension Check {
    /// Whether Services lead from outside the cluster to management applications.
    static let exposedServices = Check(
        id: "TW-M1030-005",
        title: "Management Applications By NodePort, LoadBalancer Or External Address",
        mitigation: .segmentation,
        level: .high,
        reads: "Services whose selector means the pods of a management application",
        passes: "all are of type ClusterIP, without externalIPs",
        remedy: "make it ClusterIP, and let people come by the gateway",
        references: [
            "kubescape C-0021", "kubescape C-0256", "kube-hunter KHV029",
            "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                switch cluster.objects("Service") {
                case .absent: [CheckResult(.pass, subject: "", "there are no Services")]
                case .unreadable(let reason): [CheckResult(.unknown, subject: "", reason)]
                case .known(let services):
                    workloads.flatMap { workload in
                        let own = services.filter(workload.isBehind)
                        if own.isEmpty {
                            return [CheckResult(.pass, subject: workload.subject, "no Service leads to it")]
                        }
                        return own.map { exposure(of: $0, to: workload, evidence.expectations) }
                    }
                }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let services = cluster.objects("Service").value else {
                return []
            }
            return cluster.managementWorkloads.flatMap { workload in
                services.filter(workload.isBehind).filter {
                    exposure(of: $0, to: workload, evidence.expectations).outcome != .pass
                }
                .map { service in
                    Fix(
                        "Keep \(service.words) inside the cluster",
                        [.manifest(service.asClusterIP)],
                        caution: "who calls it from outside the cluster has to come by the gateway from then on"
                    )
                }
            }
        }
    )

    /// Annotations by which clouds give a load balancer no address of the Internet.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer
    private static let internalBalancers: [String: Set<String>] = [
        "networking.gke.io/load-balancer-type": ["Internal"], "cloud.google.com/load-balancer-type": ["Internal"],
        "service.beta.kubernetes.io/aws-load-balancer-internal": ["true"],
        "service.beta.kubernetes.io/aws-load-balancer-scheme": ["internal"],
        "service.beta.kubernetes.io/azure-load-balancer-internal": ["true"],
        "service.beta.kubernetes.io/openstack-internal-load-balancer": ["true"],
    ]

    private static func exposure(
        of service: ClusterObject,
        to workload: ManagementWorkload,
        _ expectations: Expectations
    ) -> CheckResult {
        let spec = service.document["spec"] ?? [:]
        let type = spec["type"]?.text ?? "ClusterIP"
        let addresses = spec["externalIPs"]?.texts ?? []
        let ports = (spec["ports"]?.elements ?? []).compactMap { $0["nodePort"]?.integer }.map { "nodePort: \($0)" }
        let quoted = ["type: \(type)"] + ports + addresses.map { "externalIPs: \($0)" }
        if !addresses.isEmpty {
            let reason = "\(workload.application.name.rawValue) is at \(addresses.joined(separator: ", "))"
            return CheckResult(.fail, subject: service.words, reason, evidence: quoted)
        }
        switch type {
        case "NodePort":
            let reason = "\(workload.application.name.rawValue) is at every node's address"
            return CheckResult(.fail, subject: service.words, reason, evidence: quoted)
        case "LoadBalancer":
            let ranges = spec["loadBalancerSourceRanges"]?.texts ?? []
            let isInternal = internalBalancers.contains { name, values in
                service.annotations[name].map(values.contains) ?? false
            }
            let networks = ranges.compactMap { IPNetwork($0) }
            let world = NumberSet(networks.filter { $0.family == .ip4 }.map(\.range)).intersection(
                Firewall.world[.ip4] ?? .none
            )
            let isLimited = !networks.isEmpty && networks.count == ranges.count && world.count < 1 << 24
            let reason = "\(workload.application.name.rawValue) is at a load balancer"
            guard isInternal || isLimited else {
                return CheckResult(.fail, subject: service.words, reason, evidence: quoted)
            }
            let limits = isInternal ? "inside the provider's network" : "for \(ranges.joined(separator: ", "))"
            return CheckResult(.warn, subject: service.words, "\(reason) \(limits)", evidence: quoted)
        default:
            return CheckResult(
                .pass,
                subject: service.words,
                "it is inside the cluster alone",
                evidence: ["type: \(type)"]
            )
        }
    }
}

extension ClusterObject {
    /// A Service as it is to be: for callers inside the cluster.
    fileprivate var asClusterIP: Document {
        var manifest = applicable.setting("ClusterIP", at: ["spec", "type"])
        for name in [
            "externalIPs", "externalTrafficPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort",
            "loadBalancerIP",
            "loadBalancerClass", "loadBalancerSourceRanges",
        ] {
            manifest = manifest.removing(["spec", name])
        }
        let ports = (manifest.at("spec", "ports")?.elements ?? []).map { $0.removing(["nodePort"]) }
        return manifest.setting(.list(ports), at: ["spec", "ports"])
    }
}
