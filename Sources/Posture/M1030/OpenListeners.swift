internal import Sigma

extension Check {
    /// Whether what deploys containers listens where others can call it.
    static let openListeners = Check(
        id: "TW-M1030-001",
        title: "Management Ports Beyond Loopback",
        mitigation: .segmentation,
        level: .high,
        reads: "the host's listening sockets, whose they are and what they answer, and the packet filter before them",
        passes: "they listen on loopback, are expected to be open, or the packet filter turns others away",
        remedy: "bind them to 127.0.0.1 or a socket, or let management networks alone reach them",
        references: [
            "CIS Docker 7.2", "https://kubernetes.io/docs/reference/networking/ports-and-protocols/",
            "https://docs.docker.com/engine/daemon/remote-access/",
        ],
        judge: { evidence in
            evidence.managementListeners { host, listeners in
                let firewall = Firewall.reading(host, evidence.expectations).value
                let open = listeners.filter { !$0.listener.isLoopback }
                guard !open.isEmpty else {
                    return [CheckResult(.pass, subject: "", "none of \(listeners.count) is beyond loopback")]
                }
                return open.map { one in
                    let reaches = firewall?.reaches(one.listener.address, port: one.listener.port) ?? []
                    return openness(of: one, reaches, evidence.expectations)
                }
            }
        },
        fix: { evidence in evidence.closingFix() }
    )

    private static func openness(
        of one: ManagementListener,
        _ reaches: [Reach],
        _ expectations: Expectations
    ) -> CheckResult {
        if one.listener.isExpected(expectations) {
            return CheckResult(.pass, subject: one.subject, "\(one.words) is expected to be open")
        }
        if !reaches.isEmpty, reaches.extent == .nobody {
            let reason = "\(one.words) is behind rules that turn others away"
            return CheckResult(.pass, subject: one.subject, reason, evidence: reaches.evidence)
        }
        // The API server has to reach each node's kubelet, and what keeps others away may be the network's.
        if one.role == .kubelet, one.listener.port != 10255 {
            let reason = "\(one.words) is open to more than the API server, unless the network limits it"
            return CheckResult(.warn, subject: one.subject, reason, evidence: [one.listener.words])
        }
        return CheckResult(
            .fail,
            subject: one.subject,
            "\(one.words) is beyond loopback",
            evidence: [one.listener.words]
        )
    }
}

extension Evidence {
    /// What a check finds in the sockets of the host that containers can be deployed by.
    func managementListeners(_ judge: (HostEvidence, [ManagementListener]) -> [CheckResult]) -> [CheckResult] {
        host.results(of: "hosts") { host in
            host.managementListeners.results(of: "listening sockets") { listeners in
                guard !listeners.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "nothing that deploys containers listens on TCP")]
                }
                return judge(host, listeners)
            }
        }
    }
}
