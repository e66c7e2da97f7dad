import Deployments
@testable import Posture

/// Where root is at home on the tests' hosts.
let rootHome = SensitivePlace.rootHome

extension HostEvidence {
    /// A host on which nothing is that checks look for, and which was looked at whole.
    static func bare(_ name: String = "h") -> HostEvidence {
        var host = HostEvidence(name: name, collectedAt: 1_800_000_000)
        host.processes = .known([HostProcess(id: 1, name: "systemd", arguments: ["/sbin/init"])])
        host.listeners = .known([])
        host.users = .known([HostUser("root", id: 0, primaryGroup: 0, home: rootHome)])
        host.groups = .known([HostGroup("root", id: 0)])
        host.missAll()
        return host
    }

    /// Marks what whoever collects looks for as not there, unless it is.
    mutating func missAll() {
        let homes = users.value?.map(\.home) ?? []
        for request in RuntimeRequests.fixed + RuntimeRequests.more(of: self) {
            let paths = request.path.hasPrefix("~/") ? homes.map { $0 + request.path.dropFirst() } : [request.path]
            for path in paths {
                let place = path.contains("*") ? HostFile.folder(of: path) : path
                if files[place] == nil { files[place] = HostFile(place, .missing) }
            }
        }
    }

    /// Puts a file of text there, with the folder that it is in.
    mutating func put(_ path: String, _ text: String, mode: UInt16 = 0o644, owner: UInt32 = 0, group: UInt32 = 0) {
        var file = HostFile(path, .regular, mode: mode, owner: owner, group: group)
        file.text = text
        files[path] = file
        let folder = HostFile.folder(of: path)
        if files[folder]?.kind != .directory { files[folder] = HostFile(folder, .directory, mode: 0o755) }
    }

    mutating func put(socket path: String, mode: UInt16 = 0o660, owner: UInt32 = 0, group: UInt32 = 0) {
        files[path] = HostFile(path, .socket, mode: mode, owner: owner, group: group)
    }

    mutating func run(_ process: HostProcess) { processes = .known((processes.value ?? []) + [process]) }
    mutating func listen(_ listener: Listener) { listeners = .known((listeners.value ?? []) + [listener]) }

    var evidence: Evidence {
        var evidence = Evidence()
        evidence.host = .known(self)
        return evidence
    }

    /// Debian's docker.io as it is installed.
    static func debian() -> HostEvidence {
        var host = bare("debian")
        host.put(
            "/lib/systemd/system/docker.service",
            """
            [Unit]
            Requires=docker.socket
            [Service]
            Type=notify
            EnvironmentFile=-/etc/default/docker
            ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
            ExecReload=/bin/kill -s HUP $MAINPID
            """
        )
        host.put(
            "/lib/systemd/system/docker.socket",
            "[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\nSocketUser=root\nSocketGroup=docker\n"
        )
        host.put("/etc/default/docker", "# DOCKER_OPTS=\"--dns 8.8.8.8\"\n")
        host.put(socket: "/run/docker.sock", group: 113)
        host.put(socket: "/run/containerd/containerd.sock")
        host.files["/run"] = HostFile("/run", .directory, mode: 0o755)
        host.files["/run/containerd"] = HostFile("/run/containerd", .directory, mode: 0o711)
        host.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113)])
        let arguments = ["/usr/sbin/dockerd", "-H", "fd://", "--containerd=/run/containerd/containerd.sock"]
        var dockerd = HostProcess(id: 812, name: "dockerd", executable: "/usr/sbin/dockerd", arguments: arguments)
        dockerd.started = 1_799_000_000
        dockerd.environment = [:]
        host.run(dockerd)
        host.run(HostProcess(id: 700, name: "containerd", arguments: ["/usr/bin/containerd"]))
        host.listen(Listener("/run/docker.sock", transport: .unix, processes: [1, 812]))
        host.listen(Listener("/run/containerd/containerd.sock", transport: .unix, processes: [700]))
        host.put(
            "/etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nKbdInteractiveAuthentication no\n"
        )
        host.put(
            "/etc/sudoers",
            "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"
        )
        var docker = DockerEvidence(info: ["Plugins": ["Authorization": .null], "Warnings": .null])
        docker.containers = .known([])
        host.docker = .known(docker)
        return host
    }
}

extension Check {
    /// What a check by its id finds, in short: `fail`, or `na`.
    static func verdict(_ id: String, _ evidence: Evidence) -> String {
        all.first { $0.id == id }.map { $0.results(on: evidence).verdict } ?? "no such check"
    }
}
