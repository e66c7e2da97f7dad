internal import Sigma

extension Check {
    /// Whether systemd gives dockerd a socket of the network, which nothing that dockerd is told shows.
    static let socketActivatedDocker = Check(
        id: "TW-M1035-004",
        title: "Socket Activation Hands dockerd A TCP Socket",
        mitigation: .limitAccess,
        level: .critical,
        reads: "ListenStream= of docker.socket with its drop-ins, and TCP sockets of a dockerd that is told of none",
        passes: "systemd listens at paths alone, and every TCP socket of dockerd is one that it is told of",
        remedy: "a drop-in for docker.socket that takes ListenStream= back and sets the path",
        references: [
            "https://docs.docker.com/engine/daemon/remote-access/",
            "https://www.freedesktop.org/software/systemd/man/latest/systemd.socket.html",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let unit = SystemdUnit.read("docker.socket", on: host)
                let found = unit.results(of: "docker.socket units", judgeStreams) + host.judgeUntoldSockets()
                let relevant = found.filter { $0.outcome != .notApplicable }
                return relevant.isEmpty ? Array(found.prefix(1)) : relevant
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value, let change = host.dockerSocketFix else { return [] }
            return [
                Fix(
                    "Have systemd listen for Docker at its path alone",
                    [change],
                    commands: [DockerDaemon.restart],
                    caution:
                        "clients that use the TCP socket lose it; containers stop at the restart, unless live-restore is on"
                )
            ]
        }
    )

    private static func judgeStreams(_ unit: SystemdUnit) -> [CheckResult] {
        let found = unit.otherStreams.map { stream in
            let isAbstract = stream.value.hasPrefix("@")
            let reason =
                isAbstract
                ? "an abstract socket has no permissions: every process of the host's network may open it"
                : "dockerd is given a socket of the network, and warns of nothing"
            let line = "\(stream.path): ListenStream=\(stream.value)"
            return CheckResult(.fail, subject: "docker.socket", reason, evidence: [line])
        }
        guard found.isEmpty else { return found }
        let lines = unit.list("Socket", "ListenStream").map { "\($0.path): ListenStream=\($0.value)" }
        return [CheckResult(.pass, subject: "docker.socket", "systemd listens at paths alone", evidence: lines)]
    }
}

extension HostEvidence {
    /// TCP sockets of a dockerd that takes its sockets from systemd, that nothing tells it of.
    fileprivate func judgeUntoldSockets() -> [CheckResult] {
        (dockerEndpoints.value ?? []).compactMap { endpoint -> CheckResult? in
            guard endpoint.isDockerDaemons, endpoint.saidAt == nil, let settings = endpoint.settings,
                settings.endpoints.contains(where: { $0.value.words.hasPrefix("fd:") }),
                endpoint.engine != nil || DockerEndpoint.knownPorts.contains(endpoint.listener.port)
            else { return nil }
            return CheckResult(
                .fail,
                subject: endpoint.listener.words,
                "dockerd holds it, and is told of no TCP socket: it was given one",
                evidence: settings.hosts.map { "\($0.place): \($0.value)" }
                    + (endpoint.plain.probe.map { [$0.words] } ?? [])
            )
        }
    }
}
