/// What is known of one host: all of it as it was found, so that checks decide alike on a live host and on a folder that was
/// collected from it.
package struct HostEvidence: Sendable, Codable {
    package var name: String
    /// When it was collected, in seconds since 1970; what expires is compared with this, not with the time of reading.
    package var collectedAt: Double
    /// The inode of the host's own network namespace; nil where it was not collected.
    package var networkNamespace: UInt64?
    /// The processes, of every network namespace.
    package var processes: Reading<[HostProcess]> = .absent
    /// What listens, in every network namespace that has a process of a runtime or of a control plane.
    package var listeners: Reading<[Listener]> = .absent
    /// Why there may be network namespaces of whose listeners ``listeners`` knows nothing.
    package var networksUnread: String?
    /// What was asked of the listeners, and what they said.
    package var probes: [Probe] = []
    /// What those that speak TLS were asked by a client that knows no version of it that is still to be used; nil where that
    /// was not tried.
    package var outdatedProbes: [Probe]?
    /// Everything that was looked for in the file system, by path; also what is not there.
    package var files: [String: HostFile] = [:]
    package var users: Reading<[HostUser]> = .absent
    package var groups: Reading<[HostGroup]> = .absent
    package var firewall = FirewallEvidence()
    /// What the engine that answers at the local socket says of itself.
    package var docker: Reading<DockerEvidence> = .absent
    /// The addresses of the host's interfaces, without prefix length: `10.0.0.5`, `fe80::1`.
    package var addresses: [String] = []
    /// The interfaces of the host's own network namespace, as far as they are known.
    package var interfaces: [HostInterface] = []

    package init(name: String, collectedAt: Double) {
        self.name = name
        self.collectedAt = collectedAt
    }

    /// A file that was looked for; unreadable where nobody looked.
    package func file(_ path: String) -> Reading<HostFile> {
        guard let file = files[path] else { return .unreadable("\(path) was not collected") }
        if let problem = file.problem { return .unreadable("\(path): \(problem)") }
        return file.kind == .missing ? .absent : .known(file)
    }

    /// The text of a file that was looked for.
    package func text(_ path: String) -> Reading<String> {
        file(path).flatMap { file in
            file.text.map { .known($0) } ?? .unreadable("\(path): its text was not collected")
        }
    }

    /// The files that are there below a folder, at any depth, by path.
    package func files(below folder: String) -> [HostFile] {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return files.values.filter { $0.path.hasPrefix(prefix) && $0.kind != .missing }.sorted { $0.path < $1.path }
    }
}

/// A process, as `/proc/PID` tells it.
package struct HostProcess: Sendable, Codable, Equatable {
    package var id: Int
    /// The kernel's name for it, at most 15 bytes: `dockerd`, `kube-apiserver`.
    package var name: String
    /// The program's file; nil where the process belongs to somebody else.
    package var executable: String?
    /// The arguments, the program first; values of secret-looking ones masked.
    package var arguments: [String]
    /// Those variables that checks read (`DOCKER_*`, `ETCD_*`, `LISTEN_FDS`, `KUBECONFIG`…), secrets masked; nil where the
    /// environment cannot be read.
    package var environment: [String: String]?
    package var user: UInt32 = 0
    /// The inode of its network namespace; 0 where it is not known.
    package var networkNamespace: UInt64 = 0
    /// When it started, in seconds since 1970; 0 where it is not known.
    package var started: Double = 0

    package init(id: Int, name: String, executable: String? = nil, arguments: [String]) {
        self.id = id
        self.name = name
        self.executable = executable
        self.arguments = arguments
    }
}

/// A socket that listens.
package struct Listener: Sendable, Codable, Hashable {
    package enum Transport: String, Sendable, Codable { case tcp, unix }

    package var transport: Transport = .tcp
    /// `0.0.0.0`, `::` (which takes IPv4, too, unless it says otherwise), `127.0.0.1`; the path of a Unix socket.
    package var address: String
    /// 0 for Unix sockets.
    package var port: Int = 0
    /// Whose it is; none where it is not known.
    package var processes: [Int] = []
    /// Whether it is in the host's own network namespace.
    package var isInHostNetwork = true
    /// The namespace that it is in, where that is another than the host's own.
    package var network: NetworkNamespace?
    /// Why it was not asked, where that was tried.
    package var unasked: String?

    package init(_ address: String, _ port: Int = 0, transport: Transport = .tcp, processes: [Int] = []) {
        self.transport = transport
        self.address = address
        self.port = port
        self.processes = processes
    }

    /// Whether only this host, or whoever is in its network namespace, reaches it: `127.0.0.0/8`, `::1`, or a Unix socket.
    package var isLoopback: Bool {
        transport == .unix || address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }

    /// `0.0.0.0:2375`, `[::]:2375`, `/run/docker.sock`, `0.0.0.0:2375 in container "ci"`.
    package var words: String { network.map { "\(place) in \($0.words)" } ?? place }

    /// The same without the namespace that it is in.
    package var place: String {
        if transport == .unix { return address }
        return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

/// A question to a server, and its answer: read-only, one connection each.
package struct Probe: Sendable, Codable, Equatable {
    package enum Scheme: String, Sendable, Codable { case http, https }
    /// What the asker showed for itself.
    package enum Certificate: String, Sendable, Codable {
        case none
        /// One that nobody's authority has signed.
        case selfMade
        /// The operator's own, by name in the configuration.
        case configured
    }

    /// Where it listens; as in ``Listener``.
    package var address: String
    package var port: Int
    /// The namespace in which it was asked, where that is another than the host's own.
    package var network: NetworkNamespace?
    package var scheme: Scheme
    package var certificate: Certificate = .none
    /// The newest version of TLS that was offered, where newer ones were left out: ``outdatedTLS``.
    package var newestTLS: String?
    package var method: String
    /// With query: `/_ping`.
    package var path: String
    /// Headers that were sent on purpose: `Host`, `kubeflow-userid`.
    package var sent: [String: String] = [:]
    /// The status code of the answer; nil where there was none.
    package var status: Int?
    /// By lower-case name.
    package var headers: [String: String] = [:]
    /// The beginning of the body, 4 KiB at most.
    package var body = ""
    /// Why there was no answer: `connection refused`, a TLS alert.
    package var failure: String?
    /// Of a TLS server: the names of authorities whose certificates it asks for.
    package var acceptedAuthorities: [String] = []
    /// Of a TLS server: the version that was agreed on: `TLSv1.3`.
    package var tlsVersion: String?

    package init(
        _ address: String,
        _ port: Int,
        _ scheme: Scheme,
        _ method: String,
        _ path: String,
        status: Int? = nil,
        certificate: Certificate = .none
    ) {
        self.address = address
        self.port = port
        self.scheme = scheme
        self.method = method
        self.path = path
        self.status = status
        self.certificate = certificate
    }

    /// The newest version of TLS that is not to be used any more (RFC 8996).
    package static let outdatedTLS = "TLSv1.1"

    /// What was asked.
    package var listener: Listener {
        var listener = Listener(address, port, transport: port == 0 ? .unix : .tcp)
        listener.network = network
        listener.isInHostNetwork = network == nil
        return listener
    }

    /// `GET http://127.0.0.1:2375/_ping: 200`, `GET http://0.0.0.0:2375/_ping in net:[4026532281] (container "ci"): 200`.
    package var words: String {
        let place = listener.place
        let inside = network.map { " in \($0.fullWords)" } ?? ""
        let offered = newestTLS.map { " by \($0) at most" } ?? ""
        let shown =
            certificate == .none ? "" : certificate == .selfMade ? " with a self-made certificate" : " as configured"
        return
            "\(method) \(scheme.rawValue)://\(place)\(path)\(inside)\(shown)\(offered): \(status.map(String.init) ?? failure ?? "no answer")"
    }
}
