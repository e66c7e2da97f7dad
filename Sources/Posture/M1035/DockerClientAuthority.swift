internal import Sigma

extension Check {
    /// Whose certificates Docker takes.
    static let dockerClientAuthority = Check(
        id: "TW-M1035-006",
        title: "Client Authority Of The Docker API Is Too Wide",
        mitigation: .limitAccess,
        level: .high,
        reads:
            "the certificates in dockerd's tlscacert, the system's own authorities, and which ones the socket asks for",
        passes:
            "they are few, and none is among those that every program trusts: whoever they sign for is root on the host",
        remedy: "make an authority for Docker's clients alone, and have tlscacert name it",
        references: ["https://docs.docker.com/engine/security/protect-access/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.dockerDaemonsOrNext.results(of: "Docker daemons") { daemons in
                    let found = daemons.compactMap { $0.process == nil ? nil : host.judgeAuthority(of: $0) }
                    return found.isEmpty
                        ? [CheckResult(.notApplicable, subject: "", "no dockerd asks for certificates of clients")]
                        : found
                }
            }
        },
        fix: { evidence in
            guard let plan = DockerPlan.repairing(evidence), plan.makesKeys else { return [] }
            return [
                Fix(
                    "Trust one authority, for Docker's clients alone",
                    plan.changes,
                    commands: plan.commands,
                    caution:
                        "certificates that another authority signed are turned away: each client has one of the new "
                        + "authority's first; its key belongs on another machine"
                )
            ]
        }
    )
}

/// Where distributions keep the authorities that every program trusts.
enum SystemAuthorities {
    static let paths = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
        "/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/certs/ca-bundle.crt",
    ]
    static let requests = paths.map { FileRequest($0, .certificates) }
    /// More than these are nobody's own for one purpose: one, its next, and one in between.
    static let most = 3
}

extension HostEvidence {
    fileprivate func judgeAuthority(of daemon: DockerDaemon) -> CheckResult? {
        guard case .known(let settings) = daemon.settings else {
            guard case .unreadable(let reason) = daemon.settings else { return nil }
            return CheckResult(.unknown, subject: daemon.words, "what it is told could not be read: \(reason)")
        }
        guard settings.verifiesClients, let path = dockerKeys(of: daemon)?.authority else { return nil }
        let line =
            settings.text("tlscacert").map { "\($0.place): tlscacert \($0.value)" } ?? "tlscacert \(path) by default"
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ more: [String] = []) -> CheckResult {
            CheckResult(outcome, subject: path, reason, evidence: [line] + more)
        }
        if SystemAuthorities.paths.contains(path) || path.hasPrefix("/etc/ssl/certs/") {
            return result(.fail, "every authority that the system trusts can make a client that is root on the host")
        }
        let names: [String]
        if let certificates = files[path]?.certificates {
            names = certificates.map(\.subject)
        } else {
            names =
                probes(in: otherNetwork(of: daemon.process?.id)).first { probe in
                    !probe.acceptedAuthorities.isEmpty
                        && settings.tcpEndpoints.contains { $0.value.isAt(probe.listener) }
                }?.acceptedAuthorities ?? []
        }
        guard !names.isEmpty else { return result(.unknown, "which authorities are in it is not known") }
        let shown = Array(names.prefix(10))
        if names.count > SystemAuthorities.most {
            return result(.fail, "\(names.count) authorities can make a client that is root on the host", shown)
        }
        let system = Set(SystemAuthorities.paths.flatMap { files[$0]?.certificates ?? [] }.map(\.subject))
        let shared = names.filter(system.contains)
        if !shared.isEmpty {
            return result(
                .fail,
                "an authority that every program trusts can make a client that is root on the host",
                shared
            )
        }
        return result(.pass, "few authorities, and none that the system trusts", shown)
    }
}
