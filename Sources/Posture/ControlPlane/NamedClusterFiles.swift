/// The keys, authorities and folders that one of Kubernetes' programs is told of, as it is told.
struct NamedClusterFiles: Sendable {
    private(set) var keys: [String] = []
    /// Certificates and public keys.
    private(set) var trusted: [String] = []
    /// Those of what etcd keeps.
    private(set) var folders: [String] = []
    /// Why a configuration could not be read that may name more.
    private(set) var problem: String?

    var paths: [String] { keys + trusted + folders }

    private static let keyFlags = [
        "tls-private-key-file", "etcd-keyfile", "kubelet-client-key", "service-account-signing-key-file",
        "service-account-private-key-file", "proxy-client-key-file", "cluster-signing-key-file",
        "cluster-signing-kube-apiserver-client-key-file", "cluster-signing-kubelet-client-key-file",
        "cluster-signing-kubelet-serving-key-file", "cluster-signing-legacy-unknown-key-file",
    ]
    private static let trustFlags = [
        "client-ca-file", "requestheader-client-ca-file", "root-ca-file", "etcd-cafile",
        "kubelet-certificate-authority",
        "cluster-signing-cert-file", "tls-cert-file", "service-account-key-file",
    ]

    init(_ program: ControlPlaneProgram, in evidence: Evidence) {
        switch program.name {
        case .etcd: read(EtcdSettings(program, in: evidence))
        case .kubelet:
            read(flags: program.flags)
            read(KubeletSettings(program, in: evidence))
        case .apiServer, .controllerManager, .scheduler: read(flags: program.flags)
        }
        // A private key says which public one it has, and is taken for that as well.
        keys += trusted.filter { $0.hasSuffix(".key") }
        trusted.removeAll { $0.hasSuffix(".key") }
        let isNamed = { (path: String) in !path.isEmpty }
        (keys, trusted, folders) = (
            keys.filter(isNamed).uniqued, trusted.filter(isNamed).uniqued, folders.filter(isNamed).uniqued
        )
    }

    private mutating func read(flags: ProgramFlags) {
        keys += Self.keyFlags.compactMap { flags[$0] }
        trusted += Self.trustFlags.flatMap { flags.all($0) }
        // `certificate,key`, and behind a colon the names that it is for.
        for pair in flags.all("tls-sni-cert-key") {
            let parts = pair.prefix { $0 != ":" }.split(separator: ",").map(String.init)
            guard parts.count == 2 else { continue }
            trusted.append(parts[0])
            keys.append(parts[1])
        }
    }

    private mutating func read(_ etcd: EtcdSettings) {
        problem = etcd.problem
        guard problem == nil else { return }
        keys = [EtcdSettings.Side.client, .peer].flatMap { side in
            ["key-file", "client-key-file"].compactMap { etcd.value($0, side) }
        }
        trusted = [EtcdSettings.Side.client, .peer].flatMap { side in
            ["trusted-ca-file", "cert-file"].compactMap { etcd.value($0, side) }
        }
        folders = etcd.dataFolders
    }

    private mutating func read(_ kubelet: KubeletSettings) {
        problem = kubelet.problem
        keys += [kubelet.named("tlsPrivateKeyFile")].compactMap { $0 }
        trusted += [kubelet.value(.clientAuthority)?.value, kubelet.named("tlsCertFile")].compactMap { $0 }
    }
}
