internal import Sigma

extension Check {
    /// Whether the host's packet filter keeps strangers from what deploys containers.
    static let hostFirewall = Check(
        id: "TW-M1030-002",
        title: "Host Firewall Before Management Ports",
        mitigation: .segmentation,
        level: .high,
        reads: "all rules of nft and iptables on a connection's way to each management port, for IPv4 and IPv6",
        passes: "a new connection from an unknown source is dropped or refused",
        remedy: "drop what does not come from a management network before other rules see it",
        references: ["https://wiki.nftables.org/wiki-nftables/index.php/Netfilter_hooks"],
        judge: { evidence in
            evidence.managementListeners { host, listeners in
                let open = listeners.filter {
                    !$0.listener.isLoopback && !$0.isPublished && !$0.listener.isExpected(evidence.expectations)
                }
                guard !open.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "no management port is to be kept from others")]
                }
                switch Firewall.reading(host, evidence.expectations) {
                case .unreadable(let reason): return [CheckResult(.unknown, subject: "", reason)]
                case .absent: return [CheckResult(.unknown, subject: "", "the packet filter was not looked at")]
                case .known(let firewall):
                    return open.map { one in
                        let reaches = firewall.reaches(one.listener.address, port: one.listener.port)
                        return result(one.subject, one.words, reaches, evidence.expectations, isWarning: one.isOfNode)
                    }
                }
            }
        },
        fix: { evidence in evidence.closingFix() }
    )

    /// What rules before a port mean.
    ///
    /// - Parameter isWarning: whether others have to reach it, so that what limits them may well be the network's.
    static func result(
        _ subject: String,
        _ words: String,
        _ reaches: [Reach],
        _ expectations: Expectations,
        isWarning: Bool = false
    ) -> CheckResult {
        let rules = reaches.evidence
        switch reaches.extent {
        case .nobody: return CheckResult(.pass, subject: subject, "others do not reach \(words)", evidence: rules)
        case .some where expectations.managementNetworks.isEmpty:
            return CheckResult(.pass, subject: subject, "networks that rules name reach \(words)", evidence: rules)
        case .some:
            let reason = "others than the management networks reach \(words)"
            return CheckResult(.warn, subject: subject, reason, evidence: rules)
        case .undecided:
            let reason = "whether others reach \(words) hangs on rules that cannot be followed"
            return CheckResult(.warn, subject: subject, reason, evidence: rules)
        case .everybody:
            let families = reaches.filter { $0.extent == .everybody }.map(\.family.words).joined(separator: " and ")
            let reason = "anybody reaches \(words) by \(families)"
            return CheckResult(isWarning ? .warn : .fail, subject: subject, reason, evidence: rules)
        }
    }
}

extension ManagementListener {
    /// Whether the API server has to reach it, which keeps a cloud's nodes from being closed by their own rules.
    var isOfNode: Bool { role == .kubelet && listener.port != 10255 }
}
