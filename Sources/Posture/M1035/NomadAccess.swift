internal import Sigma

extension Check {
    /// Whether Nomad runs jobs for whoever reaches it.
    static let nomadAccess = Check(
        id: "TW-M1035-046",
        title: "Nomad Without ACLs Or mTLS",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what Nomad answers at /v1/jobs without a token, acl.enabled and tls of its configuration",
        passes:
            "it answers 403, or its configuration switches ACLs on, and tokens come to it over TLS or on this host alone",
        remedy: "set acl.enabled on every agent, with tls.http and tls.verify_https_client, and bootstrap the ACLs",
        references: [
            "https://developer.hashicorp.com/nomad/docs/configuration/acl",
            "https://developer.hashicorp.com/nomad/docs/configuration/tls",
        ],
        judge: { evidence in
            evidence.applications([.nomad], "Nomad") { [NomadAgent($0, in: evidence).result] }
        },
        fix: { evidence in
            evidence.running([.nomad]).flatMap { NomadAgent($0, in: evidence).fixes }
        }
    )
}

/// How a Nomad agent takes its callers.
private struct NomadAgent {
    let running: RunningApplication
    let host: HostEvidence?
    let configuration: Reading<NomadConfiguration>

    init(_ running: RunningApplication, in evidence: Evidence) {
        self.running = running
        host = evidence.host.value
        configuration =
            if case .process(let process) = running.place, let host {
                NomadConfiguration.reading(process, on: host)
            } else {
                .unreadable("its configuration is in its container")
            }
    }

    /// Answers of its API to whom shows no token: what it refuses, and those that TLS refused.
    private var refusals: [Probe] { running.answers.filter { $0.path == "/v1/jobs" && $0.status == 403 } }
    private var turnedAway: [Probe] {
        running.answers.filter { answer in
            let failure = answer.failure?.lowercased() ?? ""
            return answer.path == "/v1/jobs" && answer.scheme == .https && answer.status == nil
                && (failure.contains("certificate") || failure.contains("alert") || failure.contains("tls"))
        }
    }

    /// Where it listens beyond its host, speaking plain text.
    private var plain: [String] {
        let spoken = running.answers.filter { $0.scheme == .http && $0.status.map { $0 != 400 } ?? false }
        guard spoken.isEmpty else {
            return spoken.filter { !$0.listener.isLoopback || isOpen($0.listener) }.map(\.words)
        }
        guard running.answers.isEmpty, case .process(let process) = running.place,
            case .known(let configuration) = configuration, configuration.tls == nil
        else { return [] }
        let own = (host?.listeners.value ?? []).filter { $0.processes.contains(process.id) && $0.port == 4646 }
        return own.filter { !$0.isLoopback }.map(\.words)
    }

    /// Whether something listens beyond loopback at the port where this was asked.
    private func isOpen(_ asked: Listener) -> Bool {
        (host?.listeners.value ?? []).contains {
            $0.port == asked.port && !$0.isLoopback && $0.network?.inode == asked.network?.inode
        }
    }

    var result: CheckResult {
        let open = running.openings
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ words: [String] = []) -> CheckResult {
            CheckResult(outcome, subject: running.subject, reason, evidence: words)
        }
        guard open.isEmpty else {
            return result(
                .fail,
                "it \(open[0].meaning) to whom shows no token, and runs theirs",
                open.map(\.probe.words)
            )
        }
        if !refusals.isEmpty {
            return plain.isEmpty
                ? result(.pass, "it refuses whom shows no token", refusals.map(\.words))
                : result(.warn, "it refuses whom shows no token, and takes tokens in clear", refusals.map(\.words))
        }
        if running.flags.bool("dev") == true, running.flags.all("acl-enabled").isEmpty,
            configuration.value?.tokens == nil
        {
            return result(.fail, "it is started for trying it: it runs anybody's jobs", ["-dev"])
        }
        switch configuration {
        case .absent: return result(.unknown, "its configuration was not collected")
        case .unreadable(let reason):
            return turnedAway.isEmpty
                ? result(.unknown, "it was not asked, and its configuration could not be read: \(reason)")
                : result(
                    .warn,
                    "whoever holds a certificate may be anybody: its ACLs are not known",
                    turnedAway.map(\.words)
                )
        case .known(let configuration):
            let words = [configuration.tokens, configuration.certificates].compactMap(\.self)
            let files = configuration.files.map(\.path)
            guard configuration.tokens != nil else {
                guard configuration.certificates == nil else {
                    return result(.warn, "whoever holds a certificate of its authority may do everything", words)
                }
                return result(.fail, "no file switches ACLs on: it runs anybody's jobs", files)
            }
            return plain.isEmpty
                ? result(.pass, "its callers have to show tokens", words)
                : result(.warn, "its callers have to show tokens, which come in clear", words + plain)
        }
    }

    // MARK: Fixes

    private static let acl = """
        # Whoever calls has to show a token. On every agent; then once: nomad acl bootstrap
        acl {
          enabled = true
        }

        """

    private static let tls = """
        # The API by TLS, for whom shows a certificate of this authority. On every agent at once.
        tls {
          http = true
          rpc  = true

          ca_file   = "/etc/nomad.d/tls/nomad-agent-ca.pem"
          cert_file = "/etc/nomad.d/tls/agent.pem"
          key_file  = "/etc/nomad.d/tls/agent-key.pem"

          verify_server_hostname = true
          verify_https_client    = true
        }

        """

    var fixes: [Fix] {
        guard [.fail, .warn].contains(result.outcome) else { return [] }
        guard case .process = running.place, case .known(let configuration) = configuration, let host else {
            let steps = [
                "add to the configuration of \(running.subject): acl { enabled = true }", "once: nomad acl bootstrap",
            ]
            return [Fix("Have \(running.subject) ask for tokens", [.steps(steps)])]
        }
        if configuration.tokens != nil, !running.openings.isEmpty {
            // It was started before its files said so.
            return [Fix("Have Nomad read its configuration again", [.command("systemctl restart nomad")])]
        }
        var blocks: [(name: String, text: String)] = []
        var commands: [String] = []
        if !plain.isEmpty || configuration.tls == nil {
            blocks.append(("tls", Self.tls))
            commands += Self.certificates
        }
        commands.append("systemctl restart nomad")
        if configuration.tokens == nil {
            blocks.append(("acl", Self.acl))
            commands.append("nomad acl bootstrap")
        }
        return [
            Fix(
                "Have Nomad ask for tokens, and speak TLS",
                changes(blocks, configuration, host),
                commands: commands,
                caution:
                    "jobs cannot be changed from then on until people have tokens: keep what bootstrap prints; agents"
                    + " without a certificate are turned away, and so are callers by http: do it on all of them at once"
            )
        ]
    }

    private static let certificates = [
        "nomad tls ca create", "nomad tls cert create -server",
        "install -D -m 0600 -o nomad global-server-nomad.pem /etc/nomad.d/tls/agent.pem",
        "install -D -m 0600 -o nomad global-server-nomad-key.pem /etc/nomad.d/tls/agent-key.pem",
        "install -D -m 0644 nomad-agent-ca.pem /etc/nomad.d/tls/nomad-agent-ca.pem",
    ]

    /// A file of its own for each block, or the blocks at the end of the one file that it reads.
    private func changes(
        _ blocks: [(name: String, text: String)],
        _ configuration: NomadConfiguration,
        _ host: HostEvidence
    ) -> [Fix.Change] {
        if let folder = configuration.folder(on: host) {
            return blocks.map { .file(path: "\(folder)/zz-tidewaiter-\($0.name).hcl", text: $0.text) }
        }
        guard let path = configuration.places.last else {
            return blocks.map {
                .file(path: "\(NomadConfiguration.folder)/zz-tidewaiter-\($0.name).hcl", text: $0.text)
            } + [
                .arguments(program: "nomad", set: ["-config": NomadConfiguration.folder], removed: ["-dev"])
            ]
        }
        let own = configuration.files.first { $0.path == path }?.document
        guard path.hasSuffix(".hcl"), blocks.allSatisfy({ own?[$0.name] == nil }), let given = host.text(path).value
        else {
            return [.steps(blocks.map { "have the block `\($0.name)` of \(path) say:\n\n\($0.text)" })]
        }
        let separator = given.hasSuffix("\n") ? "\n" : "\n\n"
        return [.file(path: path, text: given + separator + blocks.map(\.text).joined(separator: "\n"))]
    }
}
