/// What dockerd is to be told instead, and the files that tell it: the rest of what its owner says stays.
struct DockerPlan {
    private let host: HostEvidence
    private let program: String
    private var flags: [DockerSettings.Flag]
    private let oldFlags: [DockerSettings.Flag]
    private var configuration: Document
    private let settings: DockerSettings
    /// Whether a unit starts it; people do otherwise.
    private let isUnits: Bool

    /// - Returns: nil where it is not known what dockerd is told.
    init?(_ host: HostEvidence) {
        guard let settings = host.settingsToFix else { return nil }
        self.host = host
        // A unit that reads another file starts another dockerd.
        let unit = host.dockerOnDisk.value.flatMap { $0.configurationPath == settings.configurationPath ? $0 : nil }
        self.settings = unit ?? settings
        isUnits = unit != nil
        program = host.dockerStart.value?.arguments.first ?? "/usr/bin/dockerd"
        flags = self.settings.flags
        oldFlags = flags
        configuration = settings.configuration
    }

    var speaksTLS: Bool { settings.speaksTLS }
    var hasKeys: Bool { ["tlscacert", "tlscert", "tlskey"].allSatisfy { settings.text($0) != nil } }
    var conflicts: [String] { settings.conflicts }

    /// Takes the hosts away that are meant; where none is left, dockerd takes its default, a Unix socket.
    mutating func dropHosts(where isMeant: (DockerHost) -> Bool) {
        flags.removeAll { $0.name == "host" && isMeant(DockerHost($0.value, isTLS: settings.speaksTLS)) }
        let hosts = configuration["hosts"]?.elements ?? []
        let kept = hosts.filter { !($0.text.map { isMeant(DockerHost($0, isTLS: settings.speaksTLS)) } ?? false) }
        guard kept.count < hosts.count else { return }
        configuration =
            kept.isEmpty ? configuration.removing(["hosts"]) : configuration.setting(.list(kept), at: ["hosts"])
    }

    /// Takes settings away, from arguments and file, by the flag's names.
    mutating func drop(_ names: String...) {
        flags.removeAll { names.contains($0.name) }
        for name in names { configuration = configuration.removing([DockerSettings.listNames[name] ?? name]) }
    }

    /// Takes away the arguments that the file says as well.
    mutating func dropConflictingFlags() {
        let conflicts = Set(conflicts)
        flags.removeAll { conflicts.contains(DockerSettings.listNames[$0.name] ?? $0.name) }
    }

    /// Has the file demand certificates of clients, and no argument say otherwise.
    mutating func verifyClients() {
        drop("tls", "tlsverify")
        configuration = configuration.setting(true, at: ["tlsverify"])
    }

    /// The changes that have it so; none where nothing changes.
    var changes: [Fix.Change] {
        var changes: [Fix.Change] = []
        if configuration != settings.configuration {
            changes.append(.file(path: settings.configurationPath, text: configuration.json + "\n"))
        }
        guard flags != oldFlags else { return changes }
        if isUnits {
            let line = SystemdCommand.line([program] + flags.flatMap(\.words))
            changes.append(
                .file(
                    path: "/etc/systemd/system/docker.service.d/\(SystemdUnit.dropIn)",
                    text: "[Service]\nExecStart=\nExecStart=\(line)\n"
                )
            )
            return changes
        }
        let hosts = flags.filter { $0.name == "host" }
        let gone = Set(oldFlags.map(\.name)).subtracting(flags.map(\.name)).sorted()
        if hosts.count > 1 {
            let line = ([program] + flags.flatMap(\.words)).joined(separator: " ")
            changes.append(.steps(["start dockerd with these arguments: \(line)"]))
        } else {
            let isHostChanged = hosts != oldFlags.filter { $0.name == "host" }
            let removed = gone.flatMap { $0 == "host" ? ["-H", "--host"] : ["--\($0)"] }
            changes.append(
                .arguments(
                    program: "dockerd",
                    set: isHostChanged ? Dictionary(hosts.map { ("--host", $0.value) }) { _, last in last } : [:],
                    removed: isHostChanged && !hosts.isEmpty ? removed + ["-H"] : removed
                )
            )
        }
        return changes
    }

    var commands: [String] {
        isUnits ? [DockerDaemon.restart] : ["stop dockerd and start it again"]
    }
}

extension HostEvidence {
    /// Has systemd give dockerd its Unix socket alone; nil where it does.
    var dockerSocketFix: Fix.Change? {
        guard let unit = SystemdUnit.read("docker.socket", on: self).value, !unit.otherStreams.isEmpty else {
            return nil
        }
        let text = """
            [Socket]
            ListenStream=
            ListenStream=\(unit.list("Socket", "ListenStream").first { $0.isPath }?.value ?? "/run/docker.sock")
            SocketMode=0660
            SocketUser=root
            SocketGroup=\(unit.last("Socket", "SocketGroup")?.value ?? "docker")

            """
        return .file(path: "/etc/systemd/system/docker.socket.d/\(SystemdUnit.dropIn)", text: text)
    }
}

extension SystemdUnit {
    /// What a socket's unit listens on that is no path in the file system.
    var otherStreams: [Setting] { list("Socket", "ListenStream").filter { !$0.isPath } }
}

extension SystemdUnit.Setting {
    /// `%t` is the folder of what runs.
    var isPath: Bool { value.hasPrefix("/") || value.hasPrefix("%") }
}
