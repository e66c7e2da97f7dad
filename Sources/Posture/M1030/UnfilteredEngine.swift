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

    /// Settings of daemon.json, in each file that a dockerd reads, with all others kept.
    ///
    /// - Parameter isWrong: whether one of them has to be changed, by its name.
    func dockerFixes(
        setting wanted: [String: Document],
        _ isWrong: (DockerSettings, String) -> Bool
    ) -> [Fix] {
        var seen: Set<String> = []
        return (host.value?.dockerDaemonsOrNext.value ?? []).compactMap(\.settings.value).compactMap { settings in
            let wrong = wanted.keys.sorted().filter { isWrong(settings, $0) }
            guard !wrong.isEmpty, seen.insert(settings.configurationPath).inserted else { return nil }
            // dockerd does not start with a setting that is in both: what stands among its arguments leaves them.
            let flags = wrong.filter { settings.text($0).map { $0.place != settings.configurationPath } ?? false }
            let merged = wrong.reduce(settings.configuration) { $0.setting(wanted[$1] ?? .null, at: [$1]) }
            let file = Fix.Change.file(path: settings.configurationPath, text: merged.json + "\n")
            let arguments =
                flags.isEmpty
                ? [] : [Fix.Change.arguments(program: "dockerd", set: [:], removed: flags.map { "--\($0)" })]
            return Fix(
                "Set \(wrong.map { "\"\($0)\": \(wanted[$0]?.json ?? "")" }.joined(separator: " and ")) for dockerd",
                [file] + arguments,
                commands: ["dockerd --validate --config-file \(settings.configurationPath)", DockerDaemon.restart],
                caution: "containers stop with dockerd unless \"live-restore\" is true"
            )
        }
    }
}
