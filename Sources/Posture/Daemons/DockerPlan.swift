/// What dockerd is to be told instead, and the files that tell it: the rest of what its owner says stays.
struct DockerPlan {
    private let host: HostEvidence
    private let program: String
    private var flags: [DockerSettings.Flag]
    private let oldFlags: [DockerSettings.Flag]
    private var configuration: Document
    private let settings: DockerSettings
    /// Whether it is to have keys of its own, and of an authority of its clients' alone.
    private(set) var makesKeys = false
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

    /// Has the file say a setting, by the flag's name, and no argument.
    mutating func set(_ name: String, to value: Document) {
        flags.removeAll { $0.name == name }
        configuration = configuration.setting(value, at: [DockerSettings.listNames[name] ?? name])
    }

    /// Has the file demand certificates of clients, and no argument say otherwise.
    mutating func verifyClients() {
        drop("tls", "tlsverify")
        configuration = configuration.setting(true, at: ["tlsverify"])
    }

    /// Has dockerd take the keys that a script makes, and demand certificates of their authority.
    mutating func takeOwnKeys() {
        verifyClients()
        set("tlscacert", to: .text(DockerKeyScript.authority))
        set("tlscert", to: .text(DockerKeyScript.certificate))
        set("tlskey", to: .text(DockerKeyScript.key))
        makesKeys = true
    }

    /// Has dockerd ask a plugin before it does anything.
    mutating func authorize(by plugin: String) {
        drop("authorization-plugin")
        configuration = configuration.setting([.text(plugin)], at: ["authorization-plugins"])
    }

    /// Has dockerd give its socket to its own group, and not to one that is for other things.
    mutating func dropWideGroup() {
        if let group = settings.text("group"), SocketAccess.wideGroups.contains(group.value) { drop("group") }
    }

    /// The changes that have it so; none where nothing changes.
    var changes: [Fix.Change] {
        var changes: [Fix.Change] = []
        if makesKeys {
            let script = DockerKeyScript(host, settings.tcpEndpoints.map(\.value))
            changes.append(.script(name: DockerKeyScript.name, text: script.text))
        }
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
        guard isUnits else { return ["stop dockerd and start it again"] }
        return [host.dockerRestart]
    }
}

extension HostEvidence {
    /// Starts Docker again with what is on disk; systemd opens its socket again only while dockerd does not run.
    var dockerRestart: String {
        let hasSocket = SystemdUnit.read("docker.socket", on: self).value != nil
        return hasSocket
            ? "systemctl daemon-reload && systemctl stop docker.socket docker.service && "
                + "systemctl start docker.socket docker.service"
            : DockerDaemon.restart
    }

    /// Has systemd give dockerd its Unix socket alone; nil where it does.
    var dockerSocketFix: Fix.Change? {
        guard let unit = SystemdUnit.read("docker.socket", on: self).value, !unit.otherStreams.isEmpty else {
            return nil
        }
        return dropIn(for: unit, group: unit.last("Socket", "SocketGroup")?.value ?? "docker")
    }

    /// What a socket's unit is to say of its socket: all of it, as a drop-in can be written once.
    func dropIn(for unit: SystemdUnit, group: String) -> Fix.Change {
        let wide = SocketAccess.wideGroups.contains(group) ? "docker" : group
        let path = unit.list("Socket", "ListenStream").first { $0.isPath }?.value
        let isPodmans = unit.name == "podman.socket"
        let streams = path ?? (isPodmans ? "%t/podman/podman.sock" : "/run/docker.sock")
        let lines = [
            "[Socket]", "ListenStream=", "ListenStream=\(streams)", "SocketMode=0660", "SocketUser=root",
            "SocketGroup=\(isPodmans ? group : wide)", "",
        ]
        return .file(
            path: "/etc/systemd/system/\(unit.name).d/\(SystemdUnit.dropIn)",
            text: lines.joined(separator: "\n")
        )
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
