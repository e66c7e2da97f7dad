internal import Sigma

extension Check {
    /// Whether Podman's API can be reached over the network by who shows nothing.
    static let podmanOnTCP = Check(
        id: "TW-M1035-013",
        title: "Podman API Service On TCP",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what TCP sockets answer as Podman does, the arguments of podman system service, ListenStream= of podman.socket",
        passes: "it listens at a path alone, or demands certificates of clients (--tls-client-ca)",
        remedy: "a drop-in for podman.socket that takes ListenStream= back and sets the path; ssh:// from elsewhere",
        references: ["https://docs.podman.io/en/latest/markdown/podman-system-service.1.html"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let found = host.judgePodman()
                return found.isEmpty ? [CheckResult(.notApplicable, subject: "", "there is no Podman service")] : found
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            var changes: [Fix.Change] = []
            if let unit = SystemdUnit.read("podman.socket", on: host).value, !unit.otherStreams.isEmpty {
                changes.append(host.dropIn(for: unit, group: unit.last("Socket", "SocketGroup")?.value ?? "root"))
            }
            let services = (host.processes.value ?? []).filter { $0.podmanAddress != nil }
            if !services.isEmpty {
                changes.append(
                    .steps(
                        services.map { process in
                            let kept = process.arguments.filter { $0 != process.podmanAddress }.joined(separator: " ")
                            return
                                "stop \(process.words), and start it with a path: \(kept) unix:///run/podman/podman.sock"
                        }
                    )
                )
            }
            guard !changes.isEmpty else { return [] }
            return [
                Fix(
                    "Have Podman listen at its path alone",
                    changes,
                    commands: ["systemctl daemon-reload && systemctl restart podman.socket"],
                    caution:
                        "clients that use the TCP socket lose it: podman system connection add NAME ssh://USER@HOST"
                )
            ]
        }
    )
}

extension HostProcess {
    fileprivate var isPodmanService: Bool {
        isOne(of: ["podman"]) && arguments.contains("system") && arguments.contains("service")
    }

    /// The TCP address of `podman system service tcp:0.0.0.0:8888`.
    fileprivate var podmanAddress: String? {
        isPodmanService ? arguments.first { $0.hasPrefix("tcp:") } : nil
    }

    fileprivate var demandsCertificates: Bool {
        arguments.contains { $0 == "--tls-client-ca" || $0.hasPrefix("--tls-client-ca=") }
    }
}

extension HostEvidence {
    fileprivate func judgePodman() -> [CheckResult] {
        var found: [CheckResult] = []
        let endpoints = (dockerEndpoints.value ?? []).filter { $0.engine == .podman }
        for endpoint in endpoints {
            for case .served(.podman, let probe) in [endpoint.plain, endpoint.anonymous, endpoint.selfMade].prefix(3) {
                let reason = "Podman serves who shows nothing: everybody who reaches it is its user on the host"
                let outcome = endpoint.openness.outcome
                found.append(CheckResult(outcome, subject: endpoint.listener.words, reason, evidence: [probe.words]))
                break
            }
        }
        for process in (processes.value ?? []).filter(\.isPodmanService) {
            let line = process.arguments.joined(separator: " ")
            if process.podmanAddress == nil {
                found.append(CheckResult(.pass, subject: process.words, "it listens at a path alone", evidence: [line]))
            } else if process.demandsCertificates {
                found.append(
                    CheckResult(.pass, subject: process.words, "it demands certificates of clients", evidence: [line])
                )
            } else {
                let reason = "it listens on TCP, and asks nobody who they are"
                found.append(CheckResult(.fail, subject: process.words, reason, evidence: [line]))
            }
        }
        switch SystemdUnit.read("podman.socket", on: self) {
        case .absent: break
        case .unreadable(let reason):
            found.append(CheckResult(.unknown, subject: "podman.socket", "it could not be read: \(reason)"))
        case .known(let unit):
            let open = unit.otherStreams.map { stream in
                CheckResult(
                    .fail,
                    subject: "podman.socket",
                    "systemd gives Podman a socket of the network, which asks nobody who they are",
                    evidence: ["\(stream.path): ListenStream=\(stream.value)"]
                )
            }
            found +=
                open.isEmpty ? [CheckResult(.pass, subject: "podman.socket", "systemd listens at paths alone")] : open
        }
        if case .unreadable(let reason) = listeners, !found.isEmpty {
            found.append(CheckResult(.unknown, subject: "", "listening sockets could not be read: \(reason)"))
        }
        if case .unreadable(let reason) = processes {
            found.append(CheckResult(.unknown, subject: "", "processes could not be read: \(reason)"))
        }
        return found
    }
}
