/// A k3s: a server or an agent that runs Kubernetes' programs within itself.
///
/// Source: k3s-io/k3s pkg/daemons/control/server.go, pkg/daemons/agent/agent_linux.go, pkg/configfilearg and pkg/util/args.go.
struct K3s: Sendable {
    static let configuration = "/etc/rancher/k3s/config.yaml"

    private let process: HostProcess
    private let isAgent: Bool
    /// What its arguments and its unit say, after the configuration files.
    private let later: ProgramFlags
    private let configurationPath: String
    /// The files that it reads, in order, and what is in them.
    private let files: [(path: String, document: Document)]
    /// Why not all of it is known.
    private let problem: String?

    /// - Returns: nil for what is neither server nor agent: `k3s kubectl`.
    init?(_ arguments: [String], _ process: HostProcess, on host: HostEvidence) {
        isAgent = arguments.first == "agent" || process.name == "k3s-agent"
        guard isAgent || arguments.first == "server" || process.name == "k3s-server" else { return nil }
        self.process = process
        var problem: String?
        // It takes its flags out of sight of /proc, so its unit's are read as well.
        var words = arguments
        switch host.text("/etc/systemd/system/k3s\(isAgent ? "-agent" : "").service") {
        case .known(let text): words = Self.commandWords(of: text) + words
        case .unreadable(let reason): problem = reason
        case .absent: break
        }
        later = ProgramFlags(words)
        configurationPath = later["config"] ?? Self.configurationPath(of: process)
        let more = host.files(below: "\(configurationPath).d").map(\.path).filter { $0.hasSuffix(".yaml") }
        var files: [(path: String, document: Document)] = []
        for path in [configurationPath] + more {
            // One that says nothing is as good as none.
            switch host.text(path).flatMap({ Document.reading($0, from: path, else: .object([])) }) {
            case .known(let document): files.append((path, document))
            case .unreadable(let reason): problem = reason
            case .absent: break
            }
        }
        self.files = files
        self.problem = problem
    }

    private static func configurationPath(of process: HostProcess) -> String {
        process.environment?["K3S_CONFIG_FILE"] ?? configuration
    }

    /// The words of a unit's command, quotes taken off and lines joined.
    private static func commandWords(of unit: String) -> [String] {
        let joined = unit.replacing("\\\n", with: " ")
        let commands = joined.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("ExecStart=") }
        return commands.flatMap { $0.dropFirst("ExecStart=".count).split { $0 == " " || $0 == "\t" } }
            .map { String($0.filter { $0 != "'" && $0 != "\"" }) }
    }

    private static let members: [ControlPlane.Name: String] = [
        .apiServer: "kube-apiserver-arg", .kubelet: "kubelet-arg", .scheduler: "kube-scheduler-arg",
        .controllerManager: "kube-controller-manager-arg",
    ]

    /// A setting of its own, by its flag's name.
    private func setting(_ name: String) -> String? {
        later[name] ?? files.lazy.reversed().compactMap { $0.document[name]?.scalar }.first
    }

    var dataFolder: String { setting("data-dir") ?? "/var/lib/rancher/k3s" }

    private var kubeletFolder: String { "\(dataFolder)/agent/etc/kubelet.conf.d" }

    /// What it tells its parts unless told otherwise, by flag.
    ///
    /// Its etcd takes no flags and always demands certificates.
    private func defaults(of name: ControlPlane.Name, on host: HostEvidence) -> [String: String] {
        switch name {
        case .apiServer:
            let tls = "\(dataFolder)/server/tls"
            return [
                "anonymous-auth": "false", "authorization-mode": "Node,RBAC", "client-ca-file": "\(tls)/client-ca.crt",
                "enable-admission-plugins": "NodeRestriction",
                "tls-cert-file": "\(tls)/serving-kube-apiserver.crt", "secure-port": "6444",
                "tls-private-key-file": "\(tls)/serving-kube-apiserver.key",
                "kubelet-client-certificate": "\(tls)/client-kube-apiserver.crt",
                "kubelet-client-key": "\(tls)/client-kube-apiserver.key",
                "kubelet-certificate-authority": "\(tls)/server-ca.crt",
            ]
            .merging(store(on: host)) { own, _ in own }
        case .kubelet:
            // Since 1.32 it writes the others as a file, over which an owner's files are laid.
            if !host.files(below: kubeletFolder).isEmpty {
                return ["config-dir": kubeletFolder, "read-only-port": "0"]
            }
            return [
                "anonymous-auth": "false", "authorization-mode": "Webhook", "read-only-port": "0",
                "client-ca-file": "\(dataFolder)/agent/client-ca.crt",
            ]
        case .controllerManager, .scheduler: return ["bind-address": "127.0.0.1"]
        case .etcd: return [:]
        }
    }

    /// How its API server reaches what it keeps, by flag.
    ///
    /// An etcd of the owner's, by what they say; else what is part of k3s, by where that listens. Nothing where neither shows:
    /// variables, which are not read, may name another.
    private func store(on host: HostEvidence) -> [String: String] {
        if let endpoint = setting("datastore-endpoint"), endpoint.hasPrefix("http") {
            let named = [
                ("etcd-cafile", "datastore-cafile"), ("etcd-certfile", "datastore-certfile"),
                ("etcd-keyfile", "datastore-keyfile"),
            ]
            let files = named.compactMap { flag, name in setting(name).map { (flag, $0) } }
            return Dictionary(files + [("etcd-servers", endpoint)]) { first, _ in first }
        }
        let own = (host.listeners.value ?? []).filter { $0.processes.contains(process.id) }
        if let socket = own.first(where: { $0.transport == .unix && $0.address.fileName == "kine.sock" }) {
            return ["etcd-servers": "unix://\(socket.address)"]
        }
        guard own.contains(where: { $0.port == 2379 }) else { return [:] }
        let tls = "\(dataFolder)/server/tls/etcd"
        return [
            "etcd-servers": "https://127.0.0.1:2379", "etcd-cafile": "\(tls)/server-ca.crt",
            "etcd-certfile": "\(tls)/client.crt", "etcd-keyfile": "\(tls)/client.key",
        ]
    }

    func programs(_ name: ControlPlane.Name, on host: HostEvidence) -> [ControlPlaneProgram] {
        guard let member = Self.members[name], name == .kubelet || !isAgent else { return [] }
        var configured: [String] = []
        for (_, document) in files {
            // A later file's list stands for an earlier one's, unless its name ends in `+`.
            if let own = document[member] { configured = Self.values(own) }
            if let added = document["\(member)+"] { configured += Self.values(added) }
        }
        let last = later.all(member)
        let flags = Self.flags(configured + last).filled(with: defaults(of: name, on: host))
        let source = ControlPlaneProgram.Source.embedded("k3s", process: process.id)
        var found = ControlPlaneProgram(name: name, source: source, flags: flags)
        found.problem = problem
        if name == .kubelet, case .unreadable(let reason) = host.file(kubeletFolder) { found.problem = reason }
        found.told = .k3s(
            folder: "\(configurationPath).d",
            member: member,
            taken: files.map(\.path.fileName),
            above: Self.flags(last),
            service: isAgent ? "k3s-agent" : "k3s"
        )
        return [found]
    }

    private static func flags(_ values: [String]) -> ProgramFlags {
        ProgramFlags(values.map { $0.hasPrefix("-") ? $0 : "--\($0)" })
    }

    private static func values(_ setting: Document) -> [String] {
        setting.scalar.map { [$0] } ?? setting.elements.compactMap(\.scalar)
    }
}

// MARK: What is collected

extension K3s {
    /// The configuration that a process is told of.
    static func requests(of process: HostProcess) -> [FileRequest] {
        guard process.environment?["K3S_CONFIG_FILE"] != nil else { return [] }
        let path = configurationPath(of: process)
        return [FileRequest(path, .text), FileRequest("\(path).d"), FileRequest("\(path).d/*.yaml", .text)]
    }

    /// Whether a file is one that k3s reads unless told otherwise.
    static func isOwn(_ path: String, of process: HostProcess) -> Bool {
        path.hasPrefix(configurationPath(of: process)) || path.hasPrefix("/var/lib/rancher/k3s/")
    }

    fileprivate var folderRequests: [FileRequest] {
        [FileRequest(kubeletFolder), FileRequest("\(kubeletFolder)/*.conf", .text)]
    }
}

extension HostEvidence {
    /// Each k3s that runs.
    var k3s: [K3s] {
        (processes.value ?? []).compactMap { process in
            guard let first = process.arguments.first else { return nil }
            let words = first.split(separator: " ").map(String.init)
            guard let program = words.first?.fileName, ["k3s", "k3s-server", "k3s-agent"].contains(program) else {
                return nil
            }
            return K3s(Array(words.dropFirst()) + process.arguments.dropFirst(), process, on: self)
        }
    }

    /// The files that are laid over the settings of k3s' kubelets.
    var k3sFolderRequests: [FileRequest] { k3s.flatMap(\.folderRequests) }
}
