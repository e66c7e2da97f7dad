/// What an etcd goes by: its configuration file alone where it has one, else its flags and the variables that stand for them.
///
/// Source: etcd-io/etcd server/etcdmain/config.go (`--config-file` makes it ignore all else), and
/// client/pkg/transport/listener.go: with a trusted authority it demands certificates, also without client-cert-auth.
struct EtcdSettings: Sendable {
    let program: ControlPlaneProgram
    /// Its configuration file and what is in it, where it has one.
    private(set) var configuration: (path: String, document: Document)?
    /// Why its file could not be read.
    private(set) var problem: String?

    init(_ program: ControlPlaneProgram, in evidence: Evidence) {
        self.program = program
        guard let path = program.flags["config-file"] ?? program.environment["ETCD_CONFIG_FILE"] else { return }
        switch program.document(path, in: evidence) {
        case .known(let document): configuration = (path, document)
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
        if let configuration { return configuration.document.at(side.section, name)?.scalar }
        return setting("\(side.prefix)\(name)")
    }

    private func setting(_ flag: String) -> String? {
        if let configuration { return configuration.document[flag]?.scalar }
        let variable = "ETCD_" + flag.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        return program.flags[flag] ?? program.environment[variable]
    }

    /// The folders of what it keeps, and of its log where that is elsewhere, as they are told; the first is in the folder that
    /// it was started in where nothing is.
    var dataFolders: [String] {
        [setting("data-dir") ?? "default.etcd"] + [setting("wal-dir") ?? ""].filter { !$0.isEmpty }
    }

    /// Where it listens: `https://10.0.0.5:2379`.
    func addresses(_ side: Side) -> [String] {
        let listed = setting(side == .client ? "listen-client-urls" : "listen-peer-urls") ?? side.defaultAddress
        return listed.split(separator: ",").map(String.init)
    }

    var clientPorts: Set<Int> { Set(addresses(.client).compactMap(Self.port)) }

    /// Whether it demands certificates of an authority.
    func demandsCertificates(_ side: Side) -> Bool {
        value("client-cert-auth", side).flatMap(ProgramFlags.bool) == true
            || value("trusted-ca-file", side)?.isEmpty == false
    }

    /// The API server whose clients' authority is its own.
    ///
    /// Whoever may ask the one may ask the other then, where no role of the cluster says what they may do. None where the
    /// names of its clients are limited. A copy of the file is not seen: certificates of two authorities may look alike.
    func sharingAuthority(in evidence: Evidence) -> ControlPlaneProgram? {
        guard let own = value("trusted-ca-file", .client), !own.isEmpty,
            value("client-cert-allowed-hostname", .client) == nil
        else { return nil }
        return evidence.programs(.apiServer).value?.first { $0.flags["client-ca-file"] == own }
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

    /// The addresses of a side at which it speaks in clear: there it takes no certificates, whatever else is set.
    func plainAddresses(_ side: Side) -> [String] { addresses(side).filter { $0.hasPrefix("http:") } }
}

// MARK: Fixes

extension EtcdSettings {
    /// What has it demand certificates, where its settings stand; paths are kubeadm's where none are set.
    ///
    /// A configuration file gets both sides at once where both are open: each fix writes the same one, so that none takes
    /// back what another does.
    func demandingCertificates(_ side: Side, _ title: String, caution: String) -> Fix {
        guard let (path, document) = configuration else {
            var flags = ["--\(side.prefix)client-cert-auth": "true"]
            for (name, file) in certificates(of: side) { flags["--\(side.prefix)\(name)"] = file }
            for (name, urls) in secureURLs(side) { flags["--\(name)"] = urls }
            let removed = value("auto-tls", side) == nil ? [] : ["--\(side.prefix)auto-tls"]
            return program.fix(title, set: flags, removed: removed, caution: caution)
        }
        let sides = [Side.client, .peer].filter { $0 == side || isOpen($0) }
        let text = sides.reduce(document) { secured($1, in: $0) }.yaml
        return Fix(title, [.file(path: path, text: text)], commands: program.commands, caution: caution)
    }

    /// Whether a side answers without certificates; peers at a Unix socket need none.
    private func isOpen(_ side: Side) -> Bool {
        let isClosed = plainAddresses(side).isEmpty && demandsCertificates(side)
        return !isClosed && (side == .client || !addresses(side).allSatisfy { $0.hasPrefix("unix") })
    }

    private func certificates(of side: Side) -> [(name: String, path: String)] {
        let own = side == .client ? "server" : "peer"
        return [("trusted-ca-file", "ca.crt"), ("cert-file", "\(own).crt"), ("key-file", "\(own).key")].map {
            ($0.0, value($0.0, side).flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/kubernetes/pki/etcd/\($0.1)")
        }
    }

    private func secured(_ side: Side, in document: Document) -> Document {
        var changed = document.setting(true, at: [side.section, "client-cert-auth"])
        for (name, file) in certificates(of: side) { changed = changed.setting(.text(file), at: [side.section, name]) }
        for (name, urls) in secureURLs(side) { changed = changed.setting(.text(urls), at: [name]) }
        return changed.removing([side.section, "auto-tls"])
    }

    /// Its addresses, by https all of them: where it listens, and what it tells others.
    private func secureURLs(_ side: Side) -> [(flag: String, urls: String)] {
        let (listening, told) =
            side == .client
            ? ("listen-client-urls", "advertise-client-urls") : ("listen-peer-urls", "initial-advertise-peer-urls")
        let urls = [(listening, addresses(side).joined(separator: ","))] + (setting(told).map { [(told, $0)] } ?? [])
        return urls.map { ($0.0, $0.1.replacing("http://", with: "https://")) }
    }
}
