internal import Sigma

extension Check {
    /// Whether somebody meant Docker's TCP to be protected, and it is not.
    static let tlsWithoutEffect = Check(
        id: "TW-M1035-007",
        title: "TLS Intent Without Effect",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "tls, tlsverify and the keys that dockerd is told of, DOCKER_TLS_VERIFY in its environment, and what its sockets "
            + "answer",
        passes: "where TLS is asked for, clients without a certificate are turned away",
        remedy:
            "say tlsverify: true in daemon.json, with its three files: dockerd reads nothing of it from its environment",
        references: [
            "https://docs.docker.com/reference/cli/dockerd/", "https://docs.docker.com/engine/security/protect-access/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.dockerDaemonsOrNext.results(of: "Docker daemons") { daemons in
                    let found = daemons.flatMap(host.judgeIntent)
                    return found.isEmpty
                        ? [CheckResult(.notApplicable, subject: "", "nobody asks Docker for TLS")] : found
                }
            }
        },
        fix: { evidence in
            guard let plan = DockerPlan.repairing(evidence) else { return [] }
            return [
                Fix(
                    "Have what is meant about TLS take effect",
                    plan.changes,
                    commands: plan.commands,
                    caution: "clients without a certificate are turned away"
                )
            ]
        }
    )
}

extension HostEvidence {
    fileprivate func judgeIntent(_ daemon: DockerDaemon) -> [CheckResult] {
        guard case .known(let settings) = daemon.settings else {
            guard case .unreadable(let reason) = daemon.settings else { return [] }
            return [CheckResult(.unknown, subject: daemon.words, "what it is told could not be read: \(reason)")]
        }
        let keys = ["tlscacert", "tlscert", "tlskey", "tls", "tlsverify"].compactMap { name in
            settings.text(name).map { "\($0.place): \(name) \($0.value)" }
        }
        let environment = daemon.process?.environment ?? dockerStart.value?.environment ?? [:]
        let variables = ["DOCKER_TLS_VERIFY", "DOCKER_TLS"].compactMap { name in
            environment[name].flatMap { $0.isEmpty ? nil : "environment of \(daemon.words): \(name)=\($0)" }
        }
        guard !keys.isEmpty || !variables.isEmpty else { return [] }
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ more: [String] = []) -> [CheckResult] {
            [CheckResult(outcome, subject: daemon.words, reason, evidence: keys + variables + more)]
        }
        let own = (dockerEndpoints.value ?? []).filter { endpoint in
            daemon.process.map { endpoint.listener.processes.contains($0.id) } ?? false
        }
        let served = own.flatMap { [$0.plain, $0.anonymous, $0.selfMade] }.compactMap { answer -> String? in
            guard case .served(_, let probe) = answer else { return nil }
            return probe.words
        }
        if let verify = settings.bool("tlsverify"), !verify.value {
            return result(.fail, "tlsverify is false: it speaks TLS, and serves everybody", served)
        }
        if !settings.speaksTLS, !settings.tcpEndpoints.isEmpty {
            let words = keys.isEmpty ? "its environment" : "naming keys"
            return result(.fail, "TCP is without TLS: \(words) turns nothing on, tlsverify does", served)
        }
        if !served.isEmpty { return result(.fail, "a socket of its serves who shows no certificate", served) }
        guard settings.speaksTLS else {
            return result(.pass, "it listens on no TCP socket, and clients' settings are no business of its")
        }
        let turnedAway = own.filter { endpoint in
            [endpoint.anonymous, endpoint.selfMade].allSatisfy { if case .other = $0 { true } else { false } }
        }
        if settings.tcpEndpoints.isEmpty, own.isEmpty {
            return result(.warn, "TLS is configured, and nothing listens on TCP that would use it")
        }
        guard !own.isEmpty, turnedAway.count == own.count else {
            return result(.unknown, "nobody got an answer of what its TLS sockets do without a certificate")
        }
        return result(.pass, "its TLS sockets turn away who shows no certificate", turnedAway.map(\.listener.words))
    }
}
