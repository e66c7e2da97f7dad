internal import Sigma

extension Check {
    /// Whether Docker's TLS asks who is there, or only hides what is said.
    static let dockerClientCertificates = Check(
        id: "TW-M1035-002",
        title: "Docker API Over TLS Does Not Demand A Client Certificate",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what Docker's TLS sockets answer to who shows no certificate, and to one that nobody signed; what dockerd is told",
        passes:
            "both end without an answer: with TLS 1.3 only after the handshake, so that the handshake tells nothing",
        remedy: "tlsverify: true in daemon.json, with the authority of Docker's clients as tlscacert",
        references: ["CIS Docker 2.7", "https://docs.docker.com/engine/security/protect-access/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.dockerEndpoints.results(of: "listening sockets") { endpoints in
                    let found = endpoints.compactMap(host.judgeTLS)
                    return found.isEmpty
                        ? [CheckResult(.notApplicable, subject: "", "no engine answers over TLS")] : found
                }
            }
        },
        fix: { evidence in
            let elsewhere = evidence.enginesElsewhereFix.map { [$0] } ?? []
            guard evidence.failsOnHost([certificates]), let plan = DockerPlan.repairing(evidence), plan.speaksTLS else {
                return elsewhere
            }
            return [
                Fix(
                    "Have Docker demand its clients' certificates",
                    plan.changes,
                    commands: plan.commands,
                    caution: "clients without a certificate of that authority are turned away"
                )
            ] + elsewhere
        }
    )

    private static var certificates: Check { dockerClientCertificates }
}

extension HostEvidence {
    /// What a socket does with clients that nobody vouches for; nil where it speaks no TLS.
    fileprivate func judgeTLS(_ endpoint: DockerEndpoint) -> CheckResult? {
        guard endpoint.engine != .podman, !endpoint.isPlain else { return nil }
        let said = endpoint.saidAt.map { "\($0.place): \($0.value.words)" }
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ lines: [String?]) -> CheckResult {
            CheckResult(outcome, subject: endpoint.listener.words, reason, evidence: lines.compactMap(\.self))
        }
        let answers = [endpoint.anonymous, endpoint.selfMade]
        for case .served(let engine, let probe) in answers {
            let (outcome, consequence) = endpoint.openness
            let reason =
                "\(engine.rawValue) serves who shows no certificate that its authority signed: \(consequence)"
            return result(outcome, reason, [probe.words, said])
        }
        for case .refused(let engine, let probe) in answers {
            let reason =
                "\(engine.rawValue) hears who shows no certificate that its authority signed, though it refuses"
            return result(.warn, reason, [probe.words, said])
        }
        let warnings = dockerWarnings(of: endpoint.listener, containing: "without TLS client verification")
        let isTold = endpoint.saidAt != nil && (endpoint.settings.map { $0.speaksTLS && !$0.verifiesClients } ?? false)
        let refusals = answers.compactMap { answer -> Probe? in
            guard case .other(let probe) = answer else { return nil }
            return probe
        }
        if refusals.count == answers.count {
            return result(
                .pass,
                "it turns away who shows no certificate that its authority signed",
                refusals.map(\.words)
            )
        }
        if !warnings.isEmpty || isTold {
            return result(
                endpoint.openness.outcome,
                "dockerd is told to serve clients without a certificate",
                warnings + [said]
            )
        }
        let asked = answers.compactMap(\.probe?.words)
        return result(.unknown, "nobody got an answer of what it does without a certificate", asked + [said])
    }
}

extension DockerEndpoint {
    /// Whether it speaks no TLS: it answers without, or is told to.
    var isPlain: Bool {
        switch plain {
        case .served, .refused: true
        case .other: false
        case .silent, .unasked: saidAt != nil && settings.map { !$0.speaksTLS } ?? false
        }
    }
}
