internal import Sigma

extension Check {
    /// Whether what dashboards and the proxies beside them write is where somebody can read it.
    static let containerLogsKept = Check(
        id: "TW-Readiness-008",
        title: "Containers' Logs Are Not Kept Where They Can Be Read",
        mitigation: .readiness,
        level: .medium,
        reads: "the log driver of the engine and of containers that deploy others, and the node's folder of pods' logs",
        passes: "logs are kept as json-file or in the journal, and a node has /var/log/pods",
        remedy: "set \"log-driver\": \"json-file\" in daemon.json, and make the containers anew",
        references: ["docker-bench 2.13", "https://docs.docker.com/engine/logging/configure/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let results = host.engineLogDrivers + host.podLogs(of: evidence)
                guard results.isEmpty else { return results }
                return [CheckResult(.notApplicable, subject: "", "no Docker engine and no kubelet runs here")]
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value, host.engineLogDrivers.contains(where: { $0.outcome == .fail }) else {
                return []
            }
            let settings = host.dockerDaemonsOrNext.value?.first?.settings
            guard let settings = settings?.value else { return [] }
            let path = settings.configurationPath
            let changed = settings.configuration.setting("json-file", at: ["log-driver"]).setting(
                ["max-size": "50m", "max-file": "5"],
                at: ["log-opts"]
            )
            return [
                Fix(
                    "Keep containers' logs as files",
                    [.file(path: path, text: changed.json + "\n")],
                    commands: ["systemctl restart docker", "# a container keeps its driver until it is made anew"],
                    caution: "containers stop unless the engine runs with live-restore"
                )
            ]
        }
    )
}

extension HostEvidence {
    /// The folder where a kubelet keeps pods' logs; its kind and mode.
    static let podLogFolder = "/var/log/pods"

    fileprivate var engineLogDrivers: [CheckResult] {
        switch docker {
        case .absent: return []
        case .unreadable(let reason): return [CheckResult(.unknown, subject: "Docker engine", reason)]
        case .known(let docker):
            let standard = docker.info["LoggingDriver"]?.text
            var results = [
                Self.result("Docker engine", driver: standard, "\"LoggingDriver\": \"\(standard ?? "")\"")
            ]
            switch docker.engineContainers {
            case .absent: break
            case .unreadable(let reason):
                results.append(CheckResult(.unknown, subject: "containers", "they could not be read: \(reason)"))
            case .known(let containers):
                results += containers.compactMap { container -> CheckResult? in
                    guard let application = container.application else { return nil }
                    let driver = container.document.at("HostConfig", "LogConfig", "Type")?.text ?? standard
                    return Self.result(
                        "container \(container.name) (\(application.name.rawValue))",
                        driver: driver,
                        "LogConfig.Type: \(driver ?? "")"
                    )
                }
            }
            return results
        }
    }

    private static func result(_ subject: String, driver: String?, _ line: String) -> CheckResult {
        switch driver {
        case nil: CheckResult(.unknown, subject: subject, "which log driver it has is not known")
        case "json-file", "journald":
            CheckResult(.pass, subject: subject, "logs are kept where they can be read", evidence: [line])
        case "none": CheckResult(.fail, subject: subject, "logs are thrown away", evidence: [line])
        case "local":
            CheckResult(.warn, subject: subject, "logs are kept in a form that only the engine reads", evidence: [line])
        case let other?:
            CheckResult(
                .warn,
                subject: subject,
                "logs are sent elsewhere by \(other), and not kept here",
                evidence: [line]
            )
        }
    }

    fileprivate func podLogs(of evidence: Evidence) -> [CheckResult] {
        let isNode = processes.value?.contains { $0.name == "kubelet" || $0.arguments.first?.fileName == "kubelet" }
        guard isNode == true else { return [] }
        let subject = Self.podLogFolder
        switch file(subject) {
        case .unreadable(let reason): return [CheckResult(.unknown, subject: subject, reason)]
        case .absent: return [CheckResult(.fail, subject: subject, "a kubelet runs, and keeps no logs of pods")]
        case .known(let file):
            return [CheckResult(.pass, subject: subject, "pods' logs are there", evidence: [file.permissions])]
        }
    }
}
