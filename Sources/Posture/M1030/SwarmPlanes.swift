internal import Sigma

extension Check {
    /// Whether a swarm's nodes are reached by anybody, and its keys by whoever has the disk.
    static let swarmPlanes = Check(
        id: "TW-M1030-013",
        title: "Swarm On All Interfaces",
        mitigation: .segmentation,
        level: .medium,
        reads: "the sockets of ports 2377 and 7946, the packet filter, and the swarm's autolock",
        passes: "they listen at one address or behind rules, and managers are locked until somebody opens them",
        remedy: "let the swarm's own nodes reach 2377, 7946 and 4789 alone, and turn autolock on",
        references: [
            "CIS Docker 7.2", "CIS Docker 7.5", "CIS Docker 7.9",
            "https://docs.docker.com/engine/swarm/swarm_manager_locking/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.docker.results(of: "Docker engines") { docker in
                    guard host.isInSwarm else {
                        return [CheckResult(.notApplicable, subject: "", "the engine is in no swarm")]
                    }
                    return sockets(of: host, evidence.expectations) + [autolock(docker)].compactMap(\.self)
                }
            }
        },
        fix: { evidence in
            [
                Fix(
                    "Lock the swarm's managers",
                    [
                        .command("docker swarm update --autolock=true")
                    ],
                    caution:
                        "after its restart a manager waits for `docker swarm unlock`, and for the key that this prints: "
                        + "keep it where no manager keeps it"
                )
            ] + evidence.closingFix()
        }
    )

    private static func sockets(of host: HostEvidence, _ expectations: Expectations) -> [CheckResult] {
        guard let listeners = host.listeners.value else {
            return [CheckResult(.unknown, subject: "", "listening sockets could not be read")]
        }
        let own = listeners.filter {
            [2377, 7946].contains($0.port) && $0.transport == .tcp && !$0.isLoopback && $0.network == nil
        }
        let firewall = Firewall.reading(host, expectations)
        return own.map { listener in
            if listener.isExpected(expectations) {
                return CheckResult(.pass, subject: listener.words, "it is expected to be open")
            }
            let name = listener.port == 2377 ? "Swarm's manager" : "Swarm's gossip"
            let reaches = firewall.value?.reaches(listener.address, port: listener.port) ?? []
            let isLimited = !reaches.isEmpty && reaches.extent <= .some
            if isLimited {
                return CheckResult(
                    .pass,
                    subject: listener.words,
                    "rules limit who reaches \(name)",
                    evidence: reaches.evidence
                )
            }
            if case .unreadable(let reason) = firewall, listener.isOfAll {
                return CheckResult(.unknown, subject: listener.words, reason)
            }
            return listener.isOfAll
                ? CheckResult(
                    .fail,
                    subject: listener.words,
                    "\(name) is on all interfaces",
                    evidence: [listener.words]
                )
                : CheckResult(.pass, subject: listener.words, "\(name) is at one address")
        }
    }

    /// nil on nodes that do not manage the swarm.
    private static func autolock(_ docker: DockerEvidence) -> CheckResult? {
        guard docker.info.at("Swarm", "ControlAvailable")?.bool == true else { return nil }
        switch docker.swarm {
        case .absent: return CheckResult(.unknown, subject: "autolock", "the swarm's settings were not collected")
        case .unreadable(let reason): return CheckResult(.unknown, subject: "autolock", reason)
        case .known(let swarm):
            let isOn = swarm.at("Spec", "EncryptionConfig", "AutoLockManagers")?.bool == true
            let quoted = ["Spec.EncryptionConfig.AutoLockManagers: \(isOn)"]
            return isOn
                ? CheckResult(.pass, subject: "autolock", "managers are locked at their start", evidence: quoted)
                : CheckResult(
                    .fail,
                    subject: "autolock",
                    "who has a manager's disk has the swarm's keys",
                    evidence: quoted
                )
        }
    }
}
