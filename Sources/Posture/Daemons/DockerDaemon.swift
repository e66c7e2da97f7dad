internal import Deployments

/// A dockerd that runs, or the one that the host would start.
struct DockerDaemon: Sendable {
    /// nil of one that does not run.
    var process: HostProcess?
    var settings: Reading<DockerSettings>

    var words: String { process.map { "dockerd (process \($0.id))" } ?? "dockerd" }

    /// `SIGHUP` has dockerd read its file again, but it neither closes nor opens what it listens on.
    static let restart = "systemctl daemon-reload && systemctl restart docker.service"

    /// What whoever collects has to look for; beyond it ``HostEvidence/dockerKeyRequests``.
    static let requests: [FileRequest] =
        SystemdUnit.requests("docker.service") + SystemdUnit.requests("docker.socket") + [
            FileRequest(DockerSettings.defaultConfiguration, .text), FileRequest("/etc/default/docker", .text),
            FileRequest("/etc/sysconfig/docker", .text), FileRequest("/etc/sysconfig/docker-storage", .text),
            FileRequest("/etc/sysconfig/docker-network", .text),
        ]
}

extension HostProcess {
    /// The last part of the program's name.
    var program: String { Self.last(executable ?? arguments.first ?? name) }

    private static func last(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    /// Whether it is one of some programs, by the kernel's name for it or by its file's.
    func isOne(of programs: Set<String>) -> Bool {
        programs.contains(name) || programs.contains(program) || programs.contains(Self.last(arguments.first ?? ""))
    }

    /// `docker daemon` is what it was called before 1.12.
    var isDockerDaemon: Bool {
        isOne(of: ["dockerd", "dockerd-current", "dockerd-ce"])
            || (program == "docker" && ["daemon", "-d"].contains(arguments.dropFirst().first))
    }

    var words: String { "\(name) (process \(id))" }
}

extension HostEvidence {
    /// The processes by id; none where they are not known.
    func processes(_ ids: [Int]) -> [HostProcess] {
        (processes.value ?? []).filter { ids.contains($0.id) }
    }

    /// Every dockerd that runs.
    var dockerDaemons: Reading<[DockerDaemon]> {
        processes.map { processes in
            processes.filter(\.isDockerDaemon).map { DockerDaemon(process: $0, settings: settings(of: $0)) }
        }
    }

    private func settings(of process: HostProcess) -> Reading<DockerSettings> {
        let path = DockerSettings.configurationPath(in: process.arguments)
        // One in a container has a file system of its own: the host's file is not its.
        let host = processes.value?.first { $0.id == 1 }?.networkNamespace ?? 0
        let isElsewhere = host != 0 && process.networkNamespace != 0 && host != process.networkNamespace
        if isElsewhere, path == DockerSettings.defaultConfiguration {
            return .unreadable("\(process.words) runs in another network namespace, and may read another \(path)")
        }
        return dockerSettings(process.arguments, from: "arguments of process \(process.id)")
    }

    /// What dockerd is told by arguments and by the file that they name.
    func dockerSettings(_ arguments: [String], from place: String) -> Reading<DockerSettings> {
        let path = DockerSettings.configurationPath(in: arguments)
        func settings(_ configuration: Document) -> Reading<DockerSettings> {
            .known(DockerSettings(arguments: arguments, from: place, configuration: configuration, at: path))
        }
        switch text(path) {
        case .unreadable(let reason): return .unreadable(reason)
        case .absent: return settings([:])
        case .known(let text) where text.trimmed.isEmpty: return settings([:])
        case .known(let text):
            do throws(DocumentError) { return settings(try Document(json: text)) } catch {
                return .unreadable("\(path): \(error)")
            }
        }
    }

    /// How the host would start dockerd; absent where no unit does.
    var dockerStart: Reading<SystemdCommand> {
        SystemdUnit.read("docker.service", on: self).flatMap { SystemdCommand.start(of: $0, on: self) }
            .flatMap { command in
                let program = HostProcess(id: 0, name: "", arguments: command.arguments)
                return program.isDockerDaemon
                    ? .known(command)
                    : .unreadable("\(command.path): \(command.arguments.first ?? "") is not dockerd itself")
            }
    }

    /// What dockerd would be told at its next start.
    var dockerOnDisk: Reading<DockerSettings> {
        dockerStart.flatMap { dockerSettings($0.arguments, from: "ExecStart= of \($0.path)") }
    }

    /// Every dockerd that runs, or else what the host would start.
    var dockerDaemonsOrNext: Reading<[DockerDaemon]> {
        dockerDaemons.flatMap { running in
            guard running.isEmpty else { return .known(running) }
            return dockerOnDisk.map { [DockerDaemon(process: nil, settings: .known($0))] }
        }
    }

    /// The keys and certificates that dockerd is told to use: for whoever collects, once processes and files are known.
    package var dockerKeyRequests: [FileRequest] {
        (dockerDaemonsOrNext.value ?? []).compactMap(dockerKeys(of:)).flatMap { keys in
            [
                FileRequest(keys.authority, .certificates), FileRequest(keys.certificate, .certificates),
                FileRequest(keys.key), FileRequest("\(HostFile.folder(of: keys.key))/*"),
                FileRequest("\(HostFile.folder(of: keys.authority))/*"),
            ]
        }
    }
}

/// The files that dockerd speaks TLS with.
struct DockerKeys: Sendable, Equatable {
    var authority: String
    var certificate: String
    var key: String

    /// Those that are said; else those in the folder that dockerd takes by default.
    fileprivate init(_ settings: DockerSettings, folder: String) {
        authority = settings.text("tlscacert")?.value ?? "\(folder)/ca.pem"
        certificate = settings.text("tlscert")?.value ?? "\(folder)/cert.pem"
        key = settings.text("tlskey")?.value ?? "\(folder)/key.pem"
    }
}

extension HostEvidence {
    /// The keys of a dockerd; nil where it speaks no TLS, or what it is told is not known.
    func dockerKeys(of daemon: DockerDaemon) -> DockerKeys? {
        guard let settings = daemon.settings.value, settings.speaksTLS else { return nil }
        let told = daemon.process?.environment?["DOCKER_CERT_PATH"].flatMap { $0.isEmpty ? nil : $0 }
        let home = users.value?.first { $0.id == 0 }?.home ?? SensitivePlace.rootHome
        return DockerKeys(settings, folder: told ?? "\(home)/.docker")
    }
}

extension HostFile {
    /// `/etc/docker` of `/etc/docker/key.pem`.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
