internal import Sigma

extension Check {
    /// Whether Docker takes orders from the network without asking who gives them.
    static let dockerWithoutTLS = Check(
        id: "TW-M1035-001",
        title: "Docker API Answers On TCP Without TLS",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what every TCP socket that listens, in IPv4 and IPv6, answers to GET /_ping; what dockerd is told, and its own "
            + "warnings",
        passes: "no socket answers as an engine over plain HTTP",
        remedy: "take the tcp:// host away and use ssh:// from elsewhere, or have it demand certificates: tlsverify",
        references: [
            "CIS Docker 2.7", "https://docs.docker.com/engine/security/protect-access/",
            "https://docs.docker.com/engine/daemon/remote-access/",
        ],
        judge: { evidence in plainDocker(evidence, reason: "everybody who reaches it is root on the host") { _ in true }
        },
        fix: { plainDockerFixes($0) { _ in true } }
    )

    /// Whether anybody on the host, and any page in a browser there, may give Docker orders.
    static let plainDockerOnLoopback = Check(
        id: "TW-M1035-005",
        title: "Plain Docker API On Loopback",
        mitigation: .limitAccess,
        level: .high,
        reads: "as TW-M1035-001, of sockets in 127.0.0.0/8 or at ::1",
        passes: "none answers as an engine over plain HTTP",
        remedy: "take the tcp:// host away: the Unix socket does the same with permissions, and ssh:// from elsewhere",
        references: ["CIS Docker 2.7", "https://docs.docker.com/engine/security/protect-access/"],
        judge: { evidence in
            plainDocker(
                evidence,
                reason: "every user, container in the host's network and page in a browser there is root on the host"
            ) { $0.isLoopback }
        },
        fix: { plainDockerFixes($0) { $0.isLoopback } }
    )

    private static func plainDocker(
        _ evidence: Evidence,
        reason: String,
        _ isMeant: (Listener) -> Bool
    ) -> [CheckResult] {
        evidence.host.results(of: "hosts") { host in
            let found = host.dockerEndpoints.results(of: "listening sockets") { endpoints in
                let found = endpoints.filter { isMeant($0.listener) }.compactMap { host.judgePlain($0, reason) }
                let unasked = host.unaskedListeners.filter(isMeant)
                let bad = found.filter { $0.outcome != .pass }
                if !unasked.isEmpty {
                    let words = unasked.prefix(20).map(\.words).joined(separator: ", ")
                    return found + [
                        CheckResult(.unknown, subject: "", "nobody asked \(unasked.count) sockets: \(words)")
                    ]
                }
                return bad.isEmpty && found.isEmpty
                    ? [CheckResult(.pass, subject: "", "no TCP socket answers as an engine over plain HTTP")] : found
            }
            return found.contains { $0.outcome == .fail } ? found : found + host.plainHostsToCome(isMeant)
        }
    }

    private static func plainDockerFixes(_ evidence: Evidence, _ isMeant: (Listener) -> Bool) -> [Fix] {
        guard let host = evidence.host.value, var plan = DockerPlan(host) else { return [] }
        plan.dropHosts { host in host.port != nil && isMeant(Listener(host.isLoopback ? "127.0.0.1" : host.address)) }
        let changes = plan.changes + (host.dockerSocketFix.map { [$0] } ?? [])
        let steps = Fix.Change.steps([
            "from elsewhere: docker context create NAME --docker host=ssh://USER@HOST",
            "where TCP has to stay: make an authority for Docker's clients alone, and have daemon.json say "
                + #""hosts": ["unix:///run/docker.sock", "tcp://ADDRESS:2376"], "tlsverify": true, "tlscacert": …, "#
                + #""tlscert": …, "tlskey": …"#,
        ])
        return [
            Fix(
                "Have the Docker API answer at its Unix socket alone",
                changes + [steps],
                commands: plan.commands,
                caution:
                    "clients that use the TCP socket (DOCKER_HOST=tcp://…) lose it; containers stop at the restart, unless "
                    + "live-restore is on"
            )
        ]
    }
}

extension HostEvidence {
    /// What a socket does with plain HTTP; nil where it is another engine's, which another check judges.
    fileprivate func judgePlain(_ endpoint: DockerEndpoint, _ reason: String) -> CheckResult? {
        guard endpoint.engine != .podman else { return nil }
        let listener = endpoint.listener
        let owner = endpoint.owners.first.map { ", held by \($0.words)" } ?? ""
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ evidence: [String?]) -> CheckResult {
            CheckResult(outcome, subject: listener.words, reason, evidence: evidence.compactMap(\.self))
        }
        let said = endpoint.saidAt.map { "\($0.place): \($0.value.words)" }
        switch endpoint.plain {
        case .served(let engine, let probe):
            let server = probe.headers["server"].map { "Server: \($0)" }
            return result(
                .fail,
                "\(engine.rawValue) answers without TLS\(owner): \(reason)",
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
            let warnings = dockerWarnings(of: listener.port, containing: "on http://")
            if !warnings.isEmpty || (endpoint.settings.map { !$0.speaksTLS } ?? false && endpoint.saidAt != nil) {
                return result(
                    .fail,
                    "dockerd is told to answer without TLS\(owner): \(reason)",
                    warnings + [said, endpoint.plain.probe?.words]
                )
            }
            let why = endpoint.plain.probe.map { "it did not answer (\($0.words))" } ?? "nobody asked it"
            return result(.unknown, "it may be an engine\(owner), but \(why)", [said])
        }
    }

    /// Hosts without TLS that dockerd is told of, where no socket is known to be theirs.
    fileprivate func plainHostsToCome(_ isMeant: (Listener) -> Bool) -> [CheckResult] {
        var all = (dockerDaemons.value ?? []).compactMap { daemon in daemon.settings.value.map { (daemon.words, $0) } }
        if let next = dockerOnDisk.value { all.append(("dockerd's next start", next)) }
        return all.flatMap { words, settings -> [CheckResult] in
            guard !settings.speaksTLS else { return [] }
            return settings.tcpEndpoints.filter { said in
                let isListening = (listeners.value ?? []).contains { said.value.isAt($0) }
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
