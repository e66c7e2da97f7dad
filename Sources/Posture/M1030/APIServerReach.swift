internal import Sigma

extension Check {
    /// Whether anybody reaches the API server.
    static let apiServerReach = Check(
        id: "TW-M1030-011",
        title: "API Server Reachable From Everywhere",
        mitigation: .segmentation,
        level: .medium,
        reads:
            "the API server's socket, the host's addresses and the packet filter, or what the cloud that runs it says",
        passes: "named networks alone reach it",
        remedy: "name who may reach it, in the load balancer, in the provider's settings or in the packet filter",
        references: [
            "kubescape C-0227", "kubescape C-0228", "kubescape C-0247", "kubescape C-0252",
            "https://kubernetes.io/docs/concepts/security/controlling-access/",
        ],
        judge: { evidence in
            guard case .known(let host) = evidence.host else { return withoutHost(evidence) }
            return host.managementListeners.results(of: "listening sockets") { listeners in
                let servers = listeners.filter { $0.role == .apiServer && !$0.listener.isLoopback }
                guard !servers.isEmpty else { return withoutHost(evidence) }
                return servers.map { one in
                    if one.listener.isExpected(evidence.expectations) {
                        return CheckResult(.pass, subject: one.subject, "\(one.words) is expected to be open")
                    }
                    guard case .known(let firewall) = Firewall.reading(host, evidence.expectations) else {
                        return CheckResult(.unknown, subject: one.subject, "the packet filter could not be read")
                    }
                    let reaches = firewall.reaches(one.listener.address, port: one.listener.port)
                    // Where the host has no address of the Internet, what stands before it is not seen.
                    let isPrivate = !firewall.addresses.isEmpty && !firewall.addresses.contains(where: \.isOfInternet)
                    return result(one.subject, one.words, reaches, evidence.expectations, isWarning: isPrivate)
                }
            }
        },
        fix: { evidence in
            guard let endpoint = evidence.cluster.value?.provider.value,
                judge(endpoint, evidence.expectations).outcome != .pass
            else { return evidence.closingFix() }
            return [endpoint.fix(evidence.expectations)]
        }
    )

    private static func withoutHost(_ evidence: Evidence) -> [CheckResult] {
        guard let cluster = evidence.cluster.value else {
            return [CheckResult(.notApplicable, subject: "", "no API server listens here")]
        }
        switch cluster.provider {
        case .known(let endpoint): return [judge(endpoint, evidence.expectations)]
        case .unreadable(let reason): return [CheckResult(.unknown, subject: "", reason)]
        case .absent: break
        }
        return [
            CheckResult(.unknown, subject: "", "the API server's host was not looked at, nor what its provider limits")
        ]
    }

    private static func judge(_ endpoint: ProviderEndpoint, _ expectations: Expectations) -> CheckResult {
        let subject = "\(endpoint.provider.rawValue) cluster \"\(endpoint.name)\""
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ evidence: [String] = []) -> CheckResult {
            CheckResult(outcome, subject: subject, reason, evidence: evidence + endpoint.besides)
        }
        guard endpoint.isPublic else {
            let reason = "its API server has no address of the Internet"
            return endpoint.besides.isEmpty
                ? result(.pass, reason) : result(.warn, "\(reason), but others reach it besides")
        }
        guard let given = endpoint.networks else { return result(.fail, "its API server answers the whole Internet") }
        let networks = given.compactMap { IPNetwork($0) }
        guard networks.count == given.count else {
            return result(.unknown, "whom its API server answers cannot be read", given)
        }
        for family in IPAddress.Family.allCases {
            let own = NumberSet(networks.filter { $0.family == family }.map(\.range))
            let expected = expectations.managementNetworks.compactMap { IPNetwork($0) }.filter { $0.family == family }
            let left = own.subtracting(NumberSet(expected.map(\.range)))
            let world = Firewall.world[family] ?? .none
            if left.intersection(world).count > world.count / 256 {
                return result(.fail, "its API server answers most of the Internet", given)
            }
        }
        return endpoint.besides.isEmpty
            ? result(.pass, "named networks alone reach its API server", given)
            : result(.warn, "named networks reach its API server, and others besides", given)
    }
}

extension ProviderEndpoint {
    /// What its owner tells the cloud.
    fileprivate func fix(_ expectations: Expectations) -> Fix {
        let networks = expectations.managementNetworks.sorted()
        let list = networks.joined(separator: ",")
        let isNamed = !networks.isEmpty
        let command: String? =
            switch provider {
            case .eks:
                "aws eks update-cluster-config --region \(word(place)) --name \(word(name)) --resources-vpc-config "
                    + (isNamed
                        ? "endpointPrivateAccess=true,endpointPublicAccess=true,publicAccessCidrs=\(word(list))"
                        : "endpointPrivateAccess=true,endpointPublicAccess=false")
            case .gke:
                "gcloud container clusters update \(word(name)) --location \(word(place)) "
                    + (isNamed
                        ? "--enable-master-authorized-networks --master-authorized-networks \(word(list)) "
                            + "--no-enable-google-cloud-access"
                        : "--enable-private-endpoint")
            case .aks:
                // One that was made with a public address keeps it.
                isNamed
                    ? "az aks update --resource-group \(word(place)) --name \(word(name)) "
                        + "--api-server-authorized-ip-ranges \(word(list))" : nil
            }
        return Fix(
            isNamed
                ? "Have \(name) answer the management networks alone" : "Take \(name)'s API server off the Internet",
            command == nil ? [.steps(["name management-networks in the policy, and make the fixes again"])] : [],
            commands: [command].compactMap(\.self),
            caution: isNamed
                ? "who deploys from elsewhere is turned away; nodes have to reach it by their private addresses"
                : "name management-networks in the policy to leave a way in; without, people come by the private network"
        )
    }

    /// A word of a command, whose letters are those of such names; anything else is left for people to fill in.
    private func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,".contains($0))
            }
        return isPlain && !text.hasPrefix("-") ? text : "NAME"
    }
}

extension IPAddress {
    /// Whether the Internet knows a way to it.
    var isOfInternet: Bool { Firewall.world[family]?.contains(number) ?? false }
}
