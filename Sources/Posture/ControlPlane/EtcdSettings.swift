/// What an etcd goes by: its configuration file alone where it has one, else its flags and the variables that stand for them.
///
/// Source: etcd-io/etcd server/etcdmain/config.go (`--config-file` makes it ignore all else), and
/// client/pkg/transport/listener.go: with a trusted authority it demands certificates, also without client-cert-auth.
struct EtcdSettings: Sendable {
    let program: ControlPlaneProgram
    private var file: Document?
    /// Why its file could not be read.
    private(set) var problem: String?

    init(_ program: ControlPlaneProgram, in evidence: Evidence) {
        self.program = program
        guard let path = program.flags["config-file"] ?? program.environment["ETCD_CONFIG_FILE"] else { return }
        switch program.document(path, in: evidence) {
        case .known(let document): file = document
        case .absent: problem = "\(path) is not there"
        case .unreadable(let reason): problem = reason
        }
    }

    /// Clients', or other members'.
    enum Side: Sendable {
        case client, peer

        fileprivate var prefix: String { self == .client ? "" : "peer-" }
        fileprivate var section: String { self == .client ? "client-transport-security" : "peer-transport-security" }
        /// Where it listens unless told otherwise.
        fileprivate var defaultAddress: String { self == .client ? "http://localhost:2379" : "http://localhost:2380" }
    }

    /// The value of a flag, by its name for clients: `trusted-ca-file`.
    func value(_ name: String, _ side: Side) -> String? {
        if let file { return file.at(side.section, name)?.scalar }
        return setting("\(side.prefix)\(name)")
    }

    private func setting(_ flag: String) -> String? {
        if let file { return file[flag]?.scalar }
        let variable = "ETCD_" + flag.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        return program.flags[flag] ?? program.environment[variable]
    }

    /// Where it listens: `https://10.0.0.5:2379`.
    func addresses(_ side: Side) -> [String] {
        let listed = setting(side == .client ? "listen-client-urls" : "listen-peer-urls") ?? side.defaultAddress
        return listed.split(separator: ",").map(String.init)
    }

    var clientPorts: Set<Int> { Set(addresses(.client).compactMap(Self.port)) }

    /// Whether it demands certificates of an authority.
    func demandsCertificates(_ side: Side) -> Bool {
        value("client-cert-auth", side).flatMap(ProgramFlags.bool) == true || value("trusted-ca-file", side) != nil
    }

    /// What is set of it, as it stands there.
    func words(_ side: Side) -> [String] {
        let names = ["client-cert-auth", "trusted-ca-file", "cert-file", "auto-tls"]
        return ["listen-\(side == .client ? "client" : "peer")-urls \(addresses(side).joined(separator: ","))"]
            + names.compactMap { name in value(name, side).map { "\(side.prefix)\(name) \($0)" } }
    }

    private static func port(_ url: String) -> Int? {
        url.lastIndex(of: ":").flatMap { Int(url[url.index(after: $0)...].prefix { $0.isNumber }) }
    }

    /// Whether nobody beyond this host reaches an address.
    static func isLoopback(_ url: String) -> Bool {
        url.hasPrefix("unix") || ["://127.", "://localhost", "://[::1]"].contains { url.contains($0) }
    }

    // MARK: Fixes

    /// What has it demand certificates; paths are kubeadm's where none are set.
    func certificateFlags(_ side: Side) -> [String: String] {
        let (prefix, own) = side == .client ? ("--", "server") : ("--peer-", "peer")
        return [
            "\(prefix)client-cert-auth": "true",
            "\(prefix)trusted-ca-file": value("trusted-ca-file", side) ?? "/etc/kubernetes/pki/etcd/ca.crt",
            "\(prefix)cert-file": value("cert-file", side) ?? "/etc/kubernetes/pki/etcd/\(own).crt",
            "\(prefix)key-file": value("key-file", side) ?? "/etc/kubernetes/pki/etcd/\(own).key",
        ]
    }

    /// Its addresses, by https all of them.
    func secureURLs(_ side: Side) -> String {
        addresses(side).map { $0.hasPrefix("http://") ? "https://" + $0.dropFirst(7) : $0 }
            .joined(separator: ",")
    }
}
