internal import Sigma

extension Check {
    /// Whether ports that the engine publishes for management applications are kept from strangers.
    static let publishedContainers = Check(
        id: "TW-M1030-003",
        title: "Published Management Ports Pass The Host Firewall By",
        mitigation: .segmentation,
        level: .high,
        reads: "what the engine publishes, and the rules by which it is turned to containers and forwarded",
        passes: "it is published on loopback, or rules on its way, DOCKER-USER's among them, turn strangers away",
        remedy: "publish it as 127.0.0.1:PORT:PORT, or drop others by the port that they call (--ctorigdstport)",
        references: [
            "CIS Docker 5.14", "https://docs.docker.com/engine/network/packet-filtering-firewalls/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                guard host.arePublishedPortsKnown else {
                    return [CheckResult(.unknown, subject: "", "neither containers nor sockets could be read")]
                }
                let ports = host.publishedPorts
                guard !ports.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "no management application's port is published")]
                }
                return ports.map {
                    publication($0, Firewall.reading(host, evidence.expectations), evidence.expectations)
                }
            }
        },
        fix: { evidence in
            let ports = evidence.closedPorts.published
            return ports.isEmpty
                ? [] : evidence.closingFix() + [.closingInDockerUser(ports, for: evidence.expectations)]
        }
    )

    private static func publication(
        _ port: PublishedPort,
        _ firewall: Reading<Firewall>,
        _ expectations: Expectations
    ) -> CheckResult {
        if port.isLoopback {
            return CheckResult(.pass, subject: port.subject, "\(port.words) is published on loopback alone")
        }
        if Listener(port.address, port.port).isExpected(expectations) {
            return CheckResult(.pass, subject: port.subject, "\(port.words) is expected to be open")
        }
        switch firewall {
        case .absent: return CheckResult(.unknown, subject: port.subject, "the packet filter was not looked at")
        case .unreadable(let reason): return CheckResult(.unknown, subject: port.subject, reason)
        case .known(let firewall):
            let addresses = port.address.isEmpty ? ["0.0.0.0", "::"] : [port.address]
            let reaches = addresses.flatMap { firewall.reaches($0, port: port.port) }
            return result(port.subject, port.words, reaches, expectations)
        }
    }
}
