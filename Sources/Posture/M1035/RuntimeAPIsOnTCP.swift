internal import Sigma

extension Check {
    /// Whether containerd or CRI-O can be given orders, or joined in a container, over the network.
    static let runtimeAPIsOnTCP = Check(
        id: "TW-M1035-012",
        title: "containerd Or CRI API On TCP",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "tcp_address and the streaming server's settings in containerd's and CRI-O's configuration, and their TCP sockets",
        passes: "there is no tcp_address, and streams of exec and attach are on loopback or over TLS",
        remedy: "take tcp_address away, and set stream_server_address (stream_address of CRI-O) to 127.0.0.1",
        references: [
            "https://github.com/containerd/containerd/blob/main/docs/man/containerd-config.toml.5.md",
            "https://github.com/containerd/containerd/blob/main/docs/cri/config.md",
            "https://github.com/cri-o/cri-o/blob/main/docs/crio.conf.5.md",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                var found: [CheckResult] = []
                var told: [RuntimeConfiguration] = []
                let configurations =
                    host.containerdConfigurations.map { ($0, RuntimeConfiguration.containerd($0, on: host)) }
                    + [("/etc/crio/crio.conf", RuntimeConfiguration.crio(on: host))]
                for (path, reading) in configurations {
                    switch reading {
                    case .absent: continue
                    case .unreadable(let reason):
                        // Of a runtime that is not there nobody need have looked.
                        let isRunning = host.processes.value?.contains { $0.isOne(of: ["containerd", "crio"]) } ?? true
                        if isRunning {
                            found.append(CheckResult(.unknown, subject: path, "it could not be read: \(reason)"))
                        }
                    case .known(let configuration):
                        told.append(configuration)
                        found += configuration.judge(path)
                    }
                }
                found += host.judgeRuntimeSockets(told)
                let isRunning = host.processes.value?.contains { $0.isOne(of: ["containerd", "crio"]) } ?? false
                if case .unreadable(let reason) = host.listeners, isRunning {
                    found.append(CheckResult(.unknown, subject: "", "listening sockets could not be read: \(reason)"))
                }
                guard found.isEmpty else { return found }
                return isRunning
                    ? [
                        CheckResult(
                            .pass,
                            subject: "",
                            "it runs by its defaults, which listen on no address of the network"
                        )
                    ]
                    : [CheckResult(.notApplicable, subject: "", "there is neither containerd nor CRI-O")]
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            let all =
                host.containerdConfigurations.compactMap { RuntimeConfiguration.containerd($0, on: host).value }
                + [RuntimeConfiguration.crio(on: host).value].compactMap(\.self)
            let changes = all.flatMap(\.parts).compactMap { $0.closed(on: host) }
            guard !changes.isEmpty else { return [] }
            return [
                Fix(
                    "Have the runtime take no orders from the network",
                    changes,
                    commands: ["systemctl restart containerd", "systemctl restart crio"],
                    caution: "clients on other hosts lose it; containers go on, exec and attach that are open end"
                )
            ]
        }
    )
}

/// Where the streaming server of exec and attach is configured.
private enum StreamServer {
    /// The tables of containerd's plugin, of versions 1, 2 and 3 of the file.
    static let containerd = [["plugins", "cri"], ["plugins", "io.containerd.grpc.v1.cri"]]
    static let crio = ["crio", "api"]
}

extension RuntimeConfiguration {
    fileprivate func judge(_ path: String) -> [CheckResult] {
        var found: [CheckResult] = []
        if let address = last("grpc", "tcp_address"), let text = address.value.text, !text.isEmpty {
            let authority = last("grpc", "tcp_tls_ca")?.value.text ?? ""
            let line = "\(address.place): [grpc] tcp_address = \"\(text)\""
            found.append(
                authority.isEmpty
                    ? CheckResult(
                        .fail,
                        subject: path,
                        "everybody who reaches it is root on the host",
                        evidence: [line]
                    )
                    : CheckResult(
                        .warn,
                        subject: path,
                        "it takes orders over TCP from whomever an authority signs for",
                        evidence: [line, "tcp_tls_ca = \"\(authority)\""]
                    )
            )
        }
        if let stream = openStream {
            found.append(
                CheckResult(
                    .fail,
                    subject: path,
                    "streams of exec and attach go over the network without TLS",
                    evidence: ["\(stream.place): \(stream.value)"]
                )
            )
        }
        return found.isEmpty ? [CheckResult(.pass, subject: path, "it names no address of the network")] : found
    }

    /// The setting that opens the streaming server, as it stands there; nil where it is on loopback, over TLS or off.
    private var openStream: Said<String>? {
        let disabled = last("disabled_plugins")?.value.texts ?? []
        if disabled.isEmpty || !disabled.contains(where: { $0 == "cri" || $0.hasSuffix(".cri") }) {
            for table in StreamServer.containerd {
                guard let address = last(table, "stream_server_address"), let text = address.value.text else {
                    continue
                }
                let isTLS = last(table, "enable_tls_streaming")?.value.bool ?? false
                // An empty one is the address of the host's first interface.
                if !isTLS, text != "localhost", !Listener(text).isLoopback {
                    return Said(value: "stream_server_address = \"\(text)\"", place: address.place)
                }
            }
        }
        if let address = last(StreamServer.crio, "stream_address"), let text = address.value.text {
            let isTLS = last(StreamServer.crio, "stream_enable_tls")?.value.bool ?? false
            if !isTLS, text != "localhost", !Listener(text).isLoopback {
                return Said(value: "stream_address = \"\(text)\"", place: address.place)
            }
        }
        return nil
    }

    private func last(_ table: [String], _ name: String) -> Said<Document>? {
        parts.lazy.reversed().compactMap { part in
            part.document.at(table + [name]).map { Said(value: $0, place: part.path) }
        }.first
    }

    /// Whether a port is one that it says itself: of metrics, or of streams over TLS.
    fileprivate func explains(_ port: Int) -> Bool {
        let said = [last("metrics", "address"), last("debug", "address"), last("grpc", "tcp_address")].compactMap {
            $0?.value.text
        }
        if said.contains(where: { $0.hasSuffix(":\(port)") }) { return true }
        if last(["crio", "metrics"], "metrics_port")?.value.integer == Int64(port) { return true }
        return
            (StreamServer.containerd.map { last($0, "stream_server_port") } + [last(StreamServer.crio, "stream_port")])
            .contains { $0?.value.scalar == "\(port)" } && openStream == nil
    }
}

extension HostEvidence {
    /// TCP sockets of the runtimes that are open to the network, and that nothing accounts for.
    fileprivate func judgeRuntimeSockets(_ told: [RuntimeConfiguration]) -> [CheckResult] {
        (listeners.value ?? []).compactMap { listener in
            guard listener.transport == .tcp, !listener.isLoopback,
                let owner = processes(listener.processes).first(where: { $0.isOne(of: ["containerd", "crio"]) }),
                !told.contains(where: { $0.explains(listener.port) })
            else { return nil }
            let answered = probes.filter { $0.isTo(listener) && $0.status != nil }.prefix(1)
            return CheckResult(
                .fail,
                subject: listener.words,
                "\(owner.words) listens to the network, for what its configuration does not say",
                evidence: [owner.arguments.joined(separator: " ")] + answered.map(\.words)
            )
        }
    }
}

extension RuntimeConfiguration.Part {
    /// The file with what opens the runtime taken out; nil where nothing does, or where it takes more than lines.
    fileprivate func closed(on host: HostEvidence) -> Fix.Change? {
        guard let text = host.text(path).value else { return nil }
        var lines = TOMLLines(text)
        var wanted = document
        if document.at("grpc", "tcp_address")?.text?.isEmpty == false {
            lines.remove("tcp_address", in: ["grpc"])
            wanted = wanted.removing(["grpc", "tcp_address"])
        }
        let streams =
            StreamServer.containerd.map { ($0, "stream_server_address") } + [(StreamServer.crio, "stream_address")]
        for (table, name) in streams {
            guard let address = document.at(table + [name])?.text, address != "localhost", !Listener(address).isLoopback
            else { continue }
            lines.set(name, to: "\"127.0.0.1\"", in: table)
            wanted = wanted.setting("127.0.0.1", at: table + [name])
        }
        guard wanted != document else { return nil }
        // Tables may be written in ways that single lines do not change.
        guard let result = try? Document(toml: lines.text), result == wanted else {
            return .steps(["in \(path): take tcp_address away, and set the address of streams to 127.0.0.1"])
        }
        return .file(path: path, text: lines.text)
    }
}
