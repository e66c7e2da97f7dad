internal import Sigma

extension Check {
    /// Whether anybody reaches the API server.
    static let apiServerReach = Check(
        id: "TW-M1030-011",
        title: "API Server Reachable From Everywhere",
        mitigation: .segmentation,
        level: .medium,
        reads: "the API server's socket, the host's addresses, and the packet filter",
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
        fix: { evidence in evidence.closingFix() }
    )

    private static func withoutHost(_ evidence: Evidence) -> [CheckResult] {
        guard evidence.cluster.value != nil else {
            return [CheckResult(.notApplicable, subject: "", "no API server listens here")]
        }
        return [
            CheckResult(.unknown, subject: "", "the API server's host was not looked at, nor what its provider limits")
        ]
    }
}

extension IPAddress {
    /// Whether the Internet knows a way to it.
    var isOfInternet: Bool { Firewall.world[family]?.contains(number) ?? false }
}
