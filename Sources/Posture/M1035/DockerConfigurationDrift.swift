internal import Sigma

extension Check {
    /// Whether what is on disk, what runs and what listens are the same.
    static let dockerConfigurationDrift = Check(
        id: "TW-M1035-008",
        title: "Running Docker Daemon And Configuration Differ",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "docker.service and daemon.json as they are on disk, dockerd's arguments, its sockets, and when each was written "
            + "or started",
        passes: "all three name the same sockets, and nothing is said both by an argument and in the file",
        remedy: "restart docker: a reload reads daemon.json again, but closes no socket that was open",
        references: ["https://docs.docker.com/engine/daemon/#configuration-file"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                switch host.dockerDaemons {
                case .absent: return [CheckResult(.notApplicable, subject: "", "no dockerd runs")]
                case .unreadable(let reason):
                    return [CheckResult(.unknown, subject: "", "processes could not be read: \(reason)")]
                case .known(let daemons):
                    let found = daemons.map(host.judgeDrift) + host.judgeNextStart(daemons)
                    return found.isEmpty ? [CheckResult(.notApplicable, subject: "", "no dockerd runs")] : found
                }
            }
        },
        fix: { evidence in
            guard let plan = DockerPlan.repairing(evidence) else { return [] }
            let conflicts = plan.conflicts
            return [
                Fix(
                    conflicts.isEmpty ? "Have dockerd take up its configuration" : "Say it once: in daemon.json",
                    plan.changes,
                    commands: plan.commands,
                    caution: "containers stop at the restart, unless live-restore is on"
                )
            ]
        }
    )
}

extension HostEvidence {
    /// Whether the next start of the unit would fail, or listen elsewhere.
    fileprivate func judgeNextStart(_ running: [DockerDaemon]) -> [CheckResult] {
        switch dockerOnDisk {
        case .absent: return []
        case .unreadable(let reason):
            guard !running.isEmpty else { return [] }
            return [
                CheckResult(.unknown, subject: "docker.service", "what it would start could not be read: \(reason)")
            ]
        case .known(let next):
            if !next.conflicts.isEmpty { return [conflict(next, subject: "docker.service")] }
            // Only a dockerd of the same file is the unit's.
            let own = running.filter { $0.settings.value?.configurationPath == next.configurationPath }
            return own.compactMap { daemon in
                let now = Set(daemon.settings.value?.hosts.map(\.value) ?? [])
                let then = Set(next.hosts.map(\.value))
                guard now != then else { return nil }
                return CheckResult(
                    .fail,
                    subject: "docker.service",
                    "at its next start dockerd listens elsewhere",
                    evidence: (daemon.settings.value?.hosts ?? []).map { "\($0.place): \($0.value)" }
                        + next.hosts.map { "\($0.place): \($0.value)" }
                )
            }
        }
    }

    private func conflict(_ settings: DockerSettings, subject: String) -> CheckResult {
        let names = settings.conflicts.joined(separator: ", ")
        return CheckResult(
            .fail,
            subject: subject,
            "dockerd does not start: arguments and file both say \(names)",
            evidence: settings.conflicts.flatMap { name -> [String] in
                let flag = DockerSettings.listNames.first { $0.value == name }?.key ?? name
                let inFile = settings.configuration[name].map { "\(settings.configurationPath): \(name) \($0.words)" }
                return settings.list(flag).map { "\($0.place): --\(flag) \($0.value)" } + (inFile.map { [$0] } ?? [])
            }
        )
    }

    fileprivate func judgeDrift(_ daemon: DockerDaemon) -> CheckResult {
        guard case .known(let settings) = daemon.settings, let process = daemon.process else {
            let reason = if case .unreadable(let reason) = daemon.settings { reason } else { "it does not run" }
            return CheckResult(.unknown, subject: daemon.words, "what it is told could not be read: \(reason)")
        }
        if !settings.conflicts.isEmpty { return conflict(settings, subject: daemon.words) }
        guard case .known(let listeners) = listeners else {
            return CheckResult(.unknown, subject: daemon.words, "what listens is not known")
        }
        let own = (dockerEndpoints.value ?? []).filter { $0.listener.processes.contains(process.id) }
        let streams = SystemdUnit.read("docker.socket", on: self).value?.otherStreams ?? []
        let untold = own.filter { endpoint in
            // What systemd gives it is told of elsewhere; TW-M1035-004 judges it.
            endpoint.saidAt == nil && !streams.contains { $0.value.hasSuffix("\(endpoint.listener.port)") }
        }
        let network = otherNetwork(of: process)
        let closed = settings.tcpEndpoints.filter { said in
            !listeners.contains { said.value.isAt($0) && $0.network?.inode == network }
        }
        if !untold.isEmpty || !closed.isEmpty {
            let reason =
                untold.isEmpty
                ? "it is told of sockets that it does not listen on"
                : "it listens where nothing tells it to: what was open before a reload stays open"
            let lines = untold.map { "listens: \($0.listener.words)" } + closed.map { "\($0.place): \($0.value.words)" }
            return CheckResult(.fail, subject: daemon.words, reason, evidence: lines)
        }
        let written = writtenSince(process.started, settings.configurationPath)
        guard written.isEmpty else {
            let reason = "files that it reads at its start were written since, though the same sockets are named"
            return CheckResult(.warn, subject: daemon.words, reason, evidence: written.map(\.words))
        }
        return CheckResult(.pass, subject: daemon.words, "it listens where it is told to, and nowhere else")
    }

    private func writtenSince(_ start: Double, _ configuration: String) -> [HostFile] {
        guard start > 0 else { return [] }
        let units = SystemdUnit.read("docker.service", on: self).value?.paths ?? []
        return ([configuration] + units).compactMap { file($0).value }.filter { $0.modified > start }
    }
}

extension Document {
    /// In one line.
    fileprivate var words: String {
        switch self {
        case .list(let elements): "[\(elements.map(\.words).joined(separator: ", "))]"
        case .object: "{…}"
        default: scalar ?? "null"
        }
    }
}
