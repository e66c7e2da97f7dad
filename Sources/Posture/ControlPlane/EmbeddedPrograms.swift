/// Distributions that run Kubernetes' programs in one process.
extension HostEvidence {
    /// A program as part of another: k3s, and MicroK8s' kubelite.
    func embedded(
        _ name: ControlPlane.Name,
        in program: String,
        arguments: [String],
        process: HostProcess
    ) -> [ControlPlaneProgram] {
        switch program {
        case "k3s", "k3s-server", "k3s-agent": k3s(name, arguments: arguments, process: process)
        case "kubelite": kubelite(name, flags: ProgramFlags(arguments), process: process)
        default: []
        }
    }

    /// What k3s tells its parts unless told otherwise, by flag.
    ///
    /// Source: k3s-io/k3s pkg/daemons/control/server.go and pkg/daemons/agent/agent.go. Its etcd takes no flags and always
    /// demands certificates.
    private static let k3sDefaults: [ControlPlane.Name: [String: String]] = {
        let tls = "/var/lib/rancher/k3s/server/tls"
        return [
            .apiServer: [
                "anonymous-auth": "false", "authorization-mode": "Node,RBAC", "client-ca-file": "\(tls)/client-ca.crt",
                "tls-cert-file": "\(tls)/serving-kube-apiserver.crt", "secure-port": "6444",
                "tls-private-key-file": "\(tls)/serving-kube-apiserver.key",
                "kubelet-client-certificate": "\(tls)/client-kube-apiserver.crt",
                "kubelet-client-key": "\(tls)/client-kube-apiserver.key",
                "kubelet-certificate-authority": "\(tls)/server-ca.crt",
            ],
            .kubelet: [
                "anonymous-auth": "false", "authorization-mode": "Webhook", "read-only-port": "0",
                "client-ca-file": "/var/lib/rancher/k3s/agent/client-ca.crt",
            ],
            .controllerManager: ["bind-address": "127.0.0.1"], .scheduler: ["bind-address": "127.0.0.1"],
        ]
    }()

    private static let k3sFlags: [ControlPlane.Name: String] = [
        .apiServer: "kube-apiserver-arg", .kubelet: "kubelet-arg", .scheduler: "kube-scheduler-arg",
        .controllerManager: "kube-controller-manager-arg",
    ]

    private func k3s(_ name: ControlPlane.Name, arguments: [String], process: HostProcess) -> [ControlPlaneProgram] {
        let isAgent = arguments.first == "agent" || process.name == "k3s-agent"
        guard let flag = Self.k3sFlags[name], let defaults = Self.k3sDefaults[name], name == .kubelet || !isAgent,
            isAgent || arguments.first == "server" || process.name == "k3s-server"
        else { return [] }
        var given = ProgramFlags(arguments).all(flag)
        var problem: String?
        // It takes its flags out of sight of /proc, so its unit's are read as well as its configuration's.
        let unit = "/etc/systemd/system/k3s\(isAgent ? "-agent" : "").service"
        switch text(unit) {
        case .known(let text): given = ProgramFlags(Self.commandWords(of: text)).all(flag) + given
        case .unreadable(let reason): problem = reason
        case .absent: break
        }
        let main = process.environment?["K3S_CONFIG_FILE"] ?? "/etc/rancher/k3s/config.yaml"
        let more = files(below: "\(main).d").filter { $0.path.hasSuffix(".yaml") }.map(\.path)
        var configured: [String] = []
        for path in [main] + more {
            switch text(path).flatMap({ Document.reading($0, from: path) }) {
            case .known(let settings):
                // A later file's list stands for an earlier one's, unless its name ends in `+`.
                if let own = settings[flag] { configured = Self.values(own) }
                if let added = settings["\(flag)+"] { configured += Self.values(added) }
            case .unreadable(let reason): problem = reason
            case .absent: break
            }
        }
        given = configured + given
        let flags = ProgramFlags(given.map { $0.hasPrefix("-") ? $0 : "--\($0)" }).filled(with: defaults)
        var found = ControlPlaneProgram(name: name, source: .embedded("k3s", process: process.id), flags: flags)
        found.problem = problem
        return [found]
    }

    private static func values(_ setting: Document) -> [String] {
        setting.scalar.map { [$0] } ?? setting.elements.compactMap(\.scalar)
    }

    /// The words of a unit's command, quotes taken off and lines joined.
    private static func commandWords(of unit: String) -> [String] {
        let joined = unit.replacing("\\\n", with: " ")
        let commands = joined.split(separator: "\n").filter { $0.hasPrefix("ExecStart=") }
        return commands.flatMap { $0.dropFirst("ExecStart=".count).split { $0 == " " || $0 == "\t" } }
            .map { String($0.filter { $0 != "'" && $0 != "\"" }) }
    }

    private static let kubeliteFlags: [ControlPlane.Name: String] = [
        .apiServer: "apiserver-args-file", .kubelet: "kubelet-args-file", .scheduler: "scheduler-args-file",
        .controllerManager: "controller-manager-args-file",
    ]

    private func kubelite(_ name: ControlPlane.Name, flags: ProgramFlags, process: HostProcess) -> [ControlPlaneProgram]
    {
        guard let path = Self.kubeliteFlags[name].flatMap({ flags[$0] }) else { return [] }
        let source = ControlPlaneProgram.Source.embedded("kubelite", process: process.id)
        var found = ControlPlaneProgram(name: name, source: source, flags: ProgramFlags([]))
        switch text(path) {
        case .known(let text):
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            found.flags = ProgramFlags(lines.flatMap { $0.split { $0.isWhitespace } }.map(String.init))
        case .absent: found.problem = "\(path) is not there"
        case .unreadable(let reason): found.problem = reason
        }
        return [found]
    }
}
