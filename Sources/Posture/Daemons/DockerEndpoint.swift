/// A TCP socket behind which a Docker or Podman engine is, or may be.
struct DockerEndpoint: Sendable {
    var listener: Listener
    var owners: [HostProcess]
    /// Of plain HTTP.
    var plain: RuntimeAnswer
    /// Of TLS to who shows no certificate.
    var anonymous: RuntimeAnswer
    /// Of TLS to who shows one that it made itself.
    var selfMade: RuntimeAnswer
    /// Of TLS to the operator's own certificate.
    var configured: RuntimeAnswer
    /// What says that dockerd is to listen here, and how; nil where nothing does.
    var settings: DockerSettings?
    /// Where that is said.
    var saidAt: Said<DockerHost>?

    var isDockerDaemons: Bool { owners.contains(where: \.isDockerDaemon) }

    /// What an answer to who shows nothing means there; of a namespace's own loopback nobody can say from here whether others
    /// are in it than are meant to be.
    var openness: (outcome: CheckResult.Outcome, consequence: String) {
        if listener.isInHostNetwork {
            return listener.isLoopback
                ? (.fail, "every user, container in the host's network and page in a browser there is root on the host")
                : (.fail, "everybody who reaches it is root on the host")
        }
        return listener.isLoopback
            ? (.warn, "every process in that network has containers made and entered as it likes")
            : (.fail, "every container in a network with it has containers made and entered as it likes")
    }

    /// Whose answers came, of whichever kind.
    var engine: Probe.Engine? {
        plain.engine ?? anonymous.engine ?? selfMade.engine ?? configured.engine
    }

    /// Ports that are known for nothing else.
    static let knownPorts: Set = [2375, 2376, 4243]
}

extension HostEvidence {
    /// The sockets behind which an engine is or may be: those that answer as one, and those of dockerd unless they are known to
    /// be for something else, as the swarm's are.
    var dockerEndpoints: Reading<[DockerEndpoint]> {
        listeners.map { listeners in
            let daemons = dockerDaemons.value ?? []
            let probes = Dictionary(grouping: probes) { $0.port }
            return listeners.filter { $0.transport == .tcp }.compactMap { listener in
                let endpoint = endpoint(listener, daemons, probes[listener.port] ?? [])
                return endpoint.mayBeEngine ? endpoint : nil
            }
        }
    }

    private func endpoint(_ listener: Listener, _ daemons: [DockerDaemon], _ probes: [Probe]) -> DockerEndpoint {
        let own = probes.filter { $0.isTo(listener) && $0.method == "GET" }
        func answer(_ scheme: Probe.Scheme, _ certificate: Probe.Certificate) -> RuntimeAnswer {
            RuntimeAnswer(own.filter { $0.scheme == scheme && $0.certificate == certificate })
        }
        var endpoint = DockerEndpoint(
            listener: listener,
            owners: processes(listener.processes),
            plain: answer(.http, .none),
            anonymous: answer(.https, .none),
            selfMade: answer(.https, .selfMade),
            configured: answer(.https, .configured)
        )
        for daemon in daemons {
            guard let process = daemon.process, listener.processes.contains(process.id) else { continue }
            endpoint.settings = daemon.settings.value
            endpoint.saidAt = daemon.settings.value?.tcpEndpoints.first { $0.value.isAt(listener) }
        }
        return endpoint
    }

    /// What the engine at the local socket says of how it can be reached: its own warnings about a port.
    func dockerWarnings(of listener: Listener, containing words: String) -> [String] {
        // Those of an engine in a container are of its own, which is not asked at its socket.
        guard listener.network == nil else { return [] }
        let warnings = docker.value?.info["Warnings"]?.texts ?? []
        return warnings.filter { $0.contains(":\(listener.port) ") && $0.contains(words) }.map {
            String($0.split(whereSeparator: \.isNewline).first ?? "")
        }
    }
}

extension DockerEndpoint {
    fileprivate var mayBeEngine: Bool {
        if engine != nil { return true }
        guard isDockerDaemons, !listener.address.hasPrefix("127.0.0.11") else { return false }
        if saidAt != nil || Self.knownPorts.contains(listener.port) { return true }
        // The swarm's and the metrics' own, and ports of containers: they were asked, and are no engine.
        return plain == .unasked && !Self.otherPorts.contains(listener.port)
    }

    /// Where dockerd has the swarm's control plane, its gossip, and metrics.
    private static let otherPorts: Set = [2377, 7946, 9323]
}
