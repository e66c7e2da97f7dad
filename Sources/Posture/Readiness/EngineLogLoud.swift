internal import Sigma

extension Check {
    /// Whether dockerd writes down what happens, and where somebody finds it.
    static let engineLogLoud = Check(
        id: "TW-Readiness-006",
        title: "The Docker Engine's Log Says Too Little, Or Goes Nowhere",
        mitigation: .readiness,
        level: .medium,
        reads: "dockerd's --log-level and --debug, daemon.json, what the engine says of itself, and its unit's output",
        passes: "its level is info or debug, and its log goes to the journal or to a file",
        remedy: "set \"log-level\": \"info\" in daemon.json, \"debug\": true where requests are to be seen in full",
        references: ["docker-bench 2.3", "https://docs.docker.com/engine/daemon/logs/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.engineLogs.results(of: "Docker engines") { logs in
                    logs.map { $0.log.result(of: $0.daemon) }
                }
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            return (host.engineLogs.value ?? []).compactMap(\.log.value).flatMap(\.fixes)
        }
    )
}

extension Reading<EngineLog> {
    fileprivate func result(of daemon: DockerDaemon) -> CheckResult {
        switch self {
        case .absent: return CheckResult(.unknown, subject: daemon.words, "nothing is known of it")
        case .unreadable(let reason): return CheckResult(.unknown, subject: daemon.words, reason)
        case .known(let log):
            func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
                CheckResult(outcome, subject: daemon.words, reason, evidence: log.words)
            }
            guard log.isLoud else { return result(.fail, "at level \(log.level) it says nothing of what is deployed") }
            let said =
                log.level == "debug"
                ? "requests are told in full" : "requests are told only where they fail, not in full"
            switch log.destination {
            case .nowhere: return result(.fail, "its log goes nowhere")
            case .unknown(let reason): return result(.warn, "where its log goes cannot be told: \(reason)")
            case .journal: return result(.pass, "\(said), to the journal")
            case .file(let path): return result(.pass, "\(said), to \(path)")
            }
        }
    }
}

extension EngineLog {
    fileprivate var isLoud: Bool { ["debug", "trace", "info"].contains(level) }

    fileprivate var fixes: [Fix] {
        var fixes: [Fix] = []
        let caution = "containers stop unless the engine runs with live-restore"
        if !isLoud {
            let isFlag = settings.flags.contains { $0.name == "log-level" }
            let changed = settings.configuration.setting("info", at: ["log-level"])
            let change =
                isFlag
                ? Fix.Change.arguments(program: "dockerd", set: [:], removed: ["--log-level", "-l"])
                : .file(path: settings.configurationPath, text: changed.json + "\n")
            fixes.append(
                Fix(
                    "Have the Docker engine say what happens",
                    [change],
                    commands: [DockerDaemon.restart],
                    caution: caution
                )
            )
        }
        if destination == .nowhere {
            let path = "/etc/systemd/system/docker.service.d/\(SystemdUnit.dropIn)"
            let text = "[Service]\nStandardOutput=journal\nStandardError=journal\n"
            fixes.append(
                Fix(
                    "Have the Docker engine's log go to the journal",
                    [.file(path: path.replacing("zz-tidewaiter", with: "zz-tidewaiter-log"), text: text)],
                    commands: [DockerDaemon.restart],
                    caution: caution
                )
            )
        }
        return fixes
    }
}
