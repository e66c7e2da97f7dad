internal import Sigma

extension Check {
    /// Whether the engine makes the rules that keep its networks apart.
    static let unfilteredEngine = Check(
        id: "TW-M1030-004",
        title: "Docker Makes No Packet Filter Rules",
        mitigation: .segmentation,
        level: .medium,
        reads: "dockerd's --iptables and --ip6tables, and \"iptables\" and \"ip6tables\" of daemon.json",
        passes: "neither is false",
        remedy: "leave iptables at true: without it nothing keeps the engine's networks apart, or from the host",
        references: [
            "CIS Docker 2.4",
            "https://docs.docker.com/engine/network/packet-filtering-firewalls/#prevent-docker-from-manipulating-firewall-rules",
        ],
        judge: { evidence in
            evidence.dockerDaemons { daemon, settings in
                for name in ["iptables", "ip6tables"] {
                    guard let said = settings.bool(name), !said.value else { continue }
                    let reason = "it makes no rules for its networks: \(name) is false"
                    let quoted = ["\(said.place): \(name)=false"]
                    // Before version 27 this was false by default, as few used IPv6.
                    let outcome: CheckResult.Outcome = name == "iptables" ? .fail : .warn
                    return CheckResult(outcome, subject: daemon.words, reason, evidence: quoted)
                }
                return CheckResult(.pass, subject: daemon.words, "it makes rules for its networks")
            }
        },
        fix: { evidence in
            evidence.dockerFixes(setting: ["iptables": true, "ip6tables": true]) { settings, name in
                settings.bool(name)?.value == false
            }
        }
    )
}

extension Evidence {
    /// What a check finds in each dockerd of the host.
    func dockerDaemons(_ judge: (DockerDaemon, DockerSettings) -> CheckResult) -> [CheckResult] {
        host.results(of: "hosts") { host in
            host.dockerDaemonsOrNext.results(of: "Docker engines") { daemons in
                guard !daemons.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "no Docker engine is on the host")]
                }
                return daemons.map { daemon in
                    switch daemon.settings {
                    case .known(let settings): judge(daemon, settings)
                    case .absent: CheckResult(.unknown, subject: daemon.words, "its settings were not collected")
                    case .unreadable(let reason): CheckResult(.unknown, subject: daemon.words, reason)
                    }
                }
            }
        }
    }

    /// Settings of daemon.json, with all others kept.
    ///
    /// - Parameter isWrong: whether one of them has to be changed, by its name.
    func dockerFixes(
        setting wanted: [String: Document],
        _ isWrong: (DockerSettings, String) -> Bool
    ) -> [Fix] {
        guard let host = host.value, let settings = host.settingsToFix, var plan = DockerPlan.repairing(self) else {
            return []
        }
        let wrong = wanted.sorted { $0.key < $1.key }.filter { isWrong(settings, $0.key) }
        for (name, value) in wrong { plan.set(name, to: value) }
        guard !wrong.isEmpty, !plan.changes.isEmpty else { return [] }
        return [
            Fix(
                "Set \(wrong.map { "\"\($0.key)\": \($0.value.json)" }.joined(separator: " and ")) for dockerd",
                plan.changes,
                commands: plan.commands,
                caution: "containers stop with dockerd unless \"live-restore\" is true"
            )
        ]
    }
}
