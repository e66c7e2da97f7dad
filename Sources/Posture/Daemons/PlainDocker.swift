/// What the checks of engines that answer in the clear have in common: on loopback, and beyond it.
extension Check {
    static func plainDocker(_ evidence: Evidence, _ isMeant: (Listener) -> Bool) -> [CheckResult] {
        evidence.host.results(of: "hosts") { host in
            let found = host.dockerEndpoints.results(of: "listening sockets") { endpoints in
                let found =
                    endpoints.filter { isMeant($0.listener) }.compactMap { host.judgePlain($0) }
                    + host.judgeUnasked(isMeant)
                return found.isEmpty
                    ? [CheckResult(.pass, subject: "", "no TCP socket answers as an engine over plain HTTP")] : found
            }
            return found.contains { $0.outcome == .fail } ? found : found + host.plainHostsToCome(isMeant)
        }
    }

    static func plainDockerFixes(_ evidence: Evidence) -> [Fix] {
        let elsewhere = evidence.enginesElsewhereFix.map { [$0] } ?? []
        return hostsPlainDockerFixes(evidence.ofHostsNetwork) + elsewhere
    }

    private static func hostsPlainDockerFixes(_ evidence: Evidence) -> [Fix] {
        guard evidence.failsOnHost([dockerWithoutTLS, plainDockerOnLoopback]), let host = evidence.host.value,
            let plan = DockerPlan.repairing(evidence)
        else { return [] }
        let changes = plan.changes + (host.dockerSocketFix.map { [$0] } ?? [])
        let steps = Fix.Change.steps([
            "from elsewhere: docker context create NAME --docker host=ssh://USER@HOST",
            "where TCP has to stay: make an authority for Docker's clients alone, and have daemon.json say "
                + #""hosts": ["unix:///run/docker.sock", "tcp://ADDRESS:2376"], "tlsverify": true, "tlscacert": …, "#
                + #""tlscert": …, "tlskey": …"#,
        ])
        if plan.hasKeys {
            return [
                Fix(
                    "Have the Docker API demand its clients' certificates, by the keys that it has",
                    changes,
                    commands: plan.commands,
                    caution: "clients without a certificate are turned away; containers stop at the restart, unless "
                        + "live-restore is on"
                )
            ]
        }
        return [
            Fix(
                "Have the Docker API answer at its Unix socket alone",
                changes + [steps],
                commands: plan.commands,
                caution:
                    "clients that use the TCP socket (DOCKER_HOST=tcp://…) lose it; containers stop at the restart, "
                    + "unless live-restore is on"
            )
        ]
    }
}

extension HostEvidence {
    /// What a socket does with plain HTTP; nil where it is another engine's, which another check judges.
    fileprivate func judgePlain(_ endpoint: DockerEndpoint) -> CheckResult? {
        guard endpoint.engine != .podman else { return nil }
        let listener = endpoint.listener
        let (openness, consequence) = endpoint.openness
        let owner = endpoint.owners.first.map { ", held by \($0.words)" } ?? ""
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ evidence: [String?]) -> CheckResult {
            CheckResult(outcome, subject: listener.words, reason, evidence: evidence.compactMap(\.self))
        }
        let said = endpoint.saidAt.map { "\($0.place): \($0.value.words)" }
        switch endpoint.plain {
        case .served(let engine, let probe):
            let server = probe.headers["server"].map { "Server: \($0)" }
            return result(
                openness,
                "\(engine.rawValue) answers without TLS\(owner): \(consequence)",
                [probe.words, server, said]
            )
        case .refused(let engine, let probe):
            return result(
                .warn,
                "\(engine.rawValue) answers without TLS\(owner), though it refuses",
                [probe.words, said]
            )
        case .other(let probe):
            return result(.pass, "it does not answer as an engine over plain HTTP", [probe.words])
        case .silent, .unasked:
            let warnings = dockerWarnings(of: listener, containing: "on http://")
            if !warnings.isEmpty || (endpoint.settings.map { !$0.speaksTLS } ?? false && endpoint.saidAt != nil) {
                return result(
                    openness,
                    "dockerd is told to answer without TLS\(owner): \(consequence)",
                    warnings + [said, endpoint.plain.probe?.words]
                )
            }
            let why = endpoint.plain.probe.map { "it did not answer (\($0.words))" } ?? "nobody asked it"
            return result(.unknown, "it may be an engine\(owner), but \(why)", [said])
        }
    }

    /// Hosts without TLS that dockerd is told of, where no socket is known to be theirs.
    fileprivate func plainHostsToCome(_ isMeant: (Listener) -> Bool) -> [CheckResult] {
        var all = (dockerDaemons.value ?? []).compactMap { daemon in
            daemon.settings.value.map { (daemon.words, otherNetwork(of: daemon.process?.id), $0) }
        }
        if let next = dockerOnDisk.value { all.append(("dockerd's next start", nil, next)) }
        return all.flatMap { words, network, settings -> [CheckResult] in
            guard !settings.speaksTLS else { return [] }
            return settings.tcpEndpoints.filter { said in
                let isListening = (listeners.value ?? []).contains {
                    said.value.isAt($0) && $0.network?.inode == network
                }
                return !isListening && isMeant(Listener(said.value.isLoopback ? "127.0.0.1" : said.value.address))
            }.map { said in
                let line = "\(said.place): \(said.value.words)"
                // What listens is known, or else it does what it is told.
                return listeners.value == nil
                    ? CheckResult(.fail, subject: words, "it is told to answer on TCP without TLS", evidence: [line])
                    : CheckResult(
                        .warn,
                        subject: words,
                        "it is told to answer on TCP without TLS, where nothing listens now",
                        evidence: [line]
                    )
            }
        }
    }
}
