internal import Sigma

extension Check {
    /// Whether something hands Docker's socket on to the network.
    static let republishedDocker = Check(
        id: "TW-M1035-003",
        title: "Another Process Republishes The Docker API On TCP",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "whose the sockets are that answer GET /_ping as Docker does, in plain HTTP or over TLS, to who shows nothing",
        passes: "none is but dockerd's own, or it refuses who shows nothing",
        remedy: "stop it, and have tidewaiter guard docker stand there, which judges what it passes on",
        references: ["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.dockerEndpoints.results(of: "listening sockets") { endpoints in
                    let found = endpoints.compactMap(host.judgeRepublished) + host.judgeUnasked()
                    return found.isEmpty
                        ? [CheckResult(.pass, subject: "", "no other process answers as Docker does")] : found
                }
            }
        },
        fix: { evidence in
            guard let meant = evidence.host.value?.republishedDocker, !meant.isEmpty else { return [] }
            let stops = meant.map { endpoint in
                let owners = endpoint.owners.map(\.words).joined(separator: ", ")
                return
                    "stop what listens at \(endpoint.listener.words): \(owners.isEmpty ? "its owner is not known" : owners)"
            }
            return [
                Fix(
                    "Take Docker's socket from the network",
                    [.steps(stops)],
                    caution:
                        "who used it from elsewhere loses it: ssh://, or tidewaiter guard docker, does the same with "
                        + "permissions"
                )
            ] + evidence.closingFix()
        }
    )
}

extension HostEvidence {
    /// The sockets at which another process hands Docker's API on.
    var republishedDocker: [DockerEndpoint] {
        (dockerEndpoints.value ?? []).filter { judgeRepublished($0)?.outcome == .fail }
    }

    /// Whether a socket that answers as Docker is somebody else's; nil where it is dockerd's, or refuses.
    fileprivate func judgeRepublished(_ endpoint: DockerEndpoint) -> CheckResult? {
        let answers = [endpoint.plain, endpoint.anonymous, endpoint.selfMade]
        let served = answers.compactMap { answer -> Probe? in
            guard case .served(.docker, let probe) = answer else { return nil }
            return probe
        }
        // Before dockerd starts, and beside it, systemd holds the socket that it gives it.
        let own = endpoint.owners.filter { !$0.isDockerDaemon && !($0.id == 1 && $0.name == "systemd") }
        guard let probe = served.first, !endpoint.isDockerDaemons else { return nil }
        let subject = endpoint.listener.words
        guard !endpoint.owners.isEmpty else {
            return CheckResult(
                .unknown,
                subject: subject,
                "it answers as Docker, and whose it is is not known",
                evidence: [probe.words]
            )
        }
        guard let owner = own.first else { return nil }
        let lines = [probe.words, owner.arguments.joined(separator: " ")]
        if own.allSatisfy({ $0.isOne(of: ["tidewaiter"]) }) {
            let reason =
                "the guard stands there, and serves who shows nothing: what it lets pass is its policy's to say"
            return CheckResult(.warn, subject: subject, reason, evidence: lines)
        }
        return CheckResult(
            endpoint.openness.outcome,
            subject: subject,
            "\(owner.words) hands the Docker API on to whoever reaches it, who is root on the host then",
            evidence: lines
        )
    }
}
