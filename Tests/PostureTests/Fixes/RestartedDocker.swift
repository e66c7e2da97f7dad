@testable import Posture

extension Evidence {
    /// What would be known had people restarted Docker: dockerd with what it is told then, its sockets, and what these answer.
    ///
    /// A model of dockerd, by what real ones were seen to do.
    func restartingDocker() -> Evidence {
        guard case .known(var host) = host else { return self }
        host.restartDocker()
        var evidence = self
        evidence.host = .known(host)
        return evidence
    }
}

extension HostEvidence {
    mutating func restartDocker() {
        let own = (processes.value ?? []).filter(\.isDockerDaemon)
        let ids = Set(own.map(\.id))
        let gone = (listeners.value ?? []).filter { $0.transport == .tcp && !ids.isDisjoint(with: $0.processes) }
        listeners = listeners.map { $0.filter { !gone.contains($0) } }
        probes.removeAll { probe in gone.contains { probe.isTo($0) } }
        var process = own.first ?? HostProcess(id: 812, name: "dockerd", arguments: ["dockerd"])
        if let command = dockerStart.value { process.arguments = command.arguments }
        process.started = collectedAt
        processes = .known((processes.value ?? []).filter { !ids.contains($0.id) })
        guard let settings = dockerSettings(process.arguments, from: "").value, settings.conflicts.isEmpty else {
            return
        }
        run(process)
        for said in settings.tcpEndpoints { open(said.value, settings, process.id) }
        if settings.hosts.contains(where: { $0.value.hasPrefix("fd:") }),
            let streams = SystemdUnit.read("docker.socket", on: self).value?.otherStreams
        {
            for stream in streams {
                let isPort = !stream.value.contains(":")
                open(
                    DockerHost("tcp://" + (isPort ? "0.0.0.0:" : "") + stream.value, isTLS: false),
                    settings,
                    process.id
                )
            }
        }
        guard var docker = docker.value else { return }
        let plugins = settings.authorizationPlugins.map { Document.text($0.value) }
        docker.info = docker.info.setting(plugins.isEmpty ? .null : .list(plugins), at: ["Plugins", "Authorization"])
            .setting(.null, at: ["Warnings"])
        // It makes the default bridge anew at each start.
        let speaks = settings.bool("icc")?.value ?? true
        docker.networks = docker.networks.map { networks in
            networks.map { network in
                network["Name"]?.text != "bridge"
                    ? network
                    : network.setting(
                        .text(String(speaks)),
                        at: ["Options", "com.docker.network.bridge.enable_icc"]
                    )
            }
        }
        self.docker = .known(docker)
    }

    private mutating func open(_ place: DockerHost, _ settings: DockerSettings, _ id: Int) {
        let addresses = ["0.0.0.0": "::", "localhost": "127.0.0.1"]
        let listener = Listener(addresses[place.address] ?? place.address, place.port ?? 0, processes: [id])
        listen(listener)
        answer(listener, isTLS: settings.speaksTLS, verifies: settings.verifiesClients)
        guard let cors = settings.text("api-cors-header")?.value else { return }
        for index in probes.indices where probes[index].status == 200 {
            probes[index].headers["access-control-allow-origin"] = cors
        }
    }

    /// What dockerd answers at a socket.
    mutating func answer(_ listener: Listener, isTLS: Bool, verifies: Bool) {
        let headers = ["api-version": "1.41", "ostype": "linux", "server": "Docker/20.10.24 (linux)"]
        let kinds: [(Probe.Scheme, Probe.Certificate)] = [(.http, .none), (.https, .none), (.https, .selfMade)]
        for (scheme, certificate) in kinds {
            var probe = Probe(listener.address, listener.port, scheme, "GET", "/_ping", certificate: certificate)
            if isTLS == (scheme == .https), !isTLS || !verifies {
                probe.status = 200
                probe.headers = headers
            } else if isTLS, scheme == .http {
                probe.status = 400
            } else {
                probe.failure = isTLS ? "remote error: tls: bad certificate (alert 42)" : "wrong version number"
            }
            probes.append(probe)
        }
    }
}
