internal import Sigma

extension Check {
    /// Whether anything judges what Docker is asked to do.
    static let dockerAuthorization = Check(
        id: "TW-M1018-005",
        title: "No Authorization In Front Of The Docker API",
        mitigation: .accounts,
        level: .medium,
        reads: "the engine's authorization plugins, those that dockerd is told to have, and a guard before its socket",
        passes:
            "a plugin is active and the engine answers, or nobody but root reaches the socket that the guard stands before",
        remedy: "have tidewaiter guard docker run as a plugin, and name it in daemon.json: authorization-plugins",
        references: ["CIS Docker 2.12", "https://docs.docker.com/engine/extend/plugins_authorization/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let told = (host.dockerDaemons.value ?? []).flatMap { $0.settings.value?.authorizationPlugins ?? [] }
                let words = told.map { "\($0.place): authorization plugin \($0.value)" }
                switch host.docker {
                case .absent where host.dockerDaemons.value?.isEmpty ?? true:
                    return [CheckResult(.notApplicable, subject: "", "there is no Docker engine")]
                case .absent, .unreadable:
                    guard !told.isEmpty else {
                        return [
                            CheckResult(.unknown, subject: "dockerd", "the engine did not say which plugins it asks")
                        ]
                    }
                    let reason =
                        "a plugin is configured, but the engine does not answer: with a plugin that is not there it "
                        + "refuses everything"
                    return [CheckResult(.warn, subject: "dockerd", reason, evidence: words)]
                case .known(let docker):
                    let active = docker.info.at("Plugins", "Authorization")?.texts ?? []
                    let line = "Plugins.Authorization: \(active.isEmpty ? "null" : active.joined(separator: ", "))"
                    if !active.isEmpty {
                        return [
                            CheckResult(
                                .pass,
                                subject: "dockerd",
                                "a plugin is asked, and the engine answers",
                                evidence: [line]
                            )
                        ]
                    }
                    if let guardian = host.dockerGuard {
                        return [
                            CheckResult(
                                .pass,
                                subject: "dockerd",
                                "a guard stands before its socket, which only root can pass by",
                                evidence: [guardian.arguments.joined(separator: " ")]
                            )
                        ]
                    }
                    let reason = "who reaches the API may do everything with it"
                    return [CheckResult(.fail, subject: "dockerd", reason, evidence: [line] + words)]
                }
            }
        },
        fix: { evidence in
            guard let settings = evidence.host.value?.settingsToFix, settings.authorizationPlugins.isEmpty,
                var plan = DockerPlan.repairing(evidence)
            else { return [] }
            plan.authorize(by: "tidewaiter")
            return [
                Fix(
                    "Have Docker ask tidewaiter before it does anything",
                    [
                        .file(path: "/etc/systemd/system/tidewaiter-plugin.service", text: pluginUnit),
                        .command("systemctl daemon-reload"),
                        .command("systemctl enable --now tidewaiter-plugin"),
                    ] + plan.changes,
                    commands: plan.commands,
                    caution:
                        "while the guard does not run, Docker refuses everything, and containers cannot be started; it holds "
                        + "all to the profile strict: look at what would be refused first, with --observe"
                )
            ]
        }
    )
}

/// The guard as a plugin, there before the engine, which refuses everything without it; see Docs/guard-docker.md.
private let pluginUnit = """
    [Unit]
    Description=Guard of the Docker API, as the engine's authorization plugin
    Before=docker.service

    [Service]
    Type=notify
    ExecStart=/usr/local/bin/tidewaiter guard docker --plugin --decisions journald
    Restart=always
    RestartSec=1

    [Install]
    WantedBy=multi-user.target

    """

extension HostEvidence {
    /// The guard that stands before Docker's socket, where nobody but root can pass it by.
    fileprivate var dockerGuard: HostProcess? {
        let guardian = (processes.value ?? []).first { process in
            process.isOne(of: ["tidewaiter"]) && process.arguments.dropFirst().starts(with: ["guard", "docker"])
        }
        guard let guardian else { return nil }
        let files = dockerSocketPaths.map { socket($0) }
        let isRoots = files.allSatisfy { reading in
            guard case .known(let file) = reading else { return reading == .absent }
            let access = FileAccess(file: file)
            let group = groups.value?.filter { $0.id == file.group }.flatMap(\.members) ?? []
            let isAlone = file.group == 0 || !access.isWritableByGroup || (groups.value != nil && group.isEmpty)
            return file.owner == 0 && !access.isWritableByOthers && isAlone && access.entries(allowing: "w").isEmpty
        }
        let isOpen = (dockerEndpoints.value ?? []).contains { $0.isDockerDaemons && $0.listener.network == nil }
        return isRoots && !isOpen ? guardian : nil
    }

    /// What dockerd is told, as a fix starts from: of the one that runs, or else of the next.
    var settingsToFix: DockerSettings? {
        (dockerDaemonsOrNext.value ?? []).lazy.compactMap(\.settings.value).first
    }
}
