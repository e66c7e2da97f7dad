internal import Sigma

extension Check {
    /// Whether nobody between reads and writes what the API server keeps.
    static let apiServerToEtcd = Check(
        id: "TW-M1035-034",
        title: "API Server Speaks To etcd In The Clear",
        mitigation: .limitAccess,
        level: .high,
        reads: "--etcd-servers, --etcd-servers-overrides, --etcd-cafile, --etcd-certfile and --etcd-keyfile",
        passes:
            "every address is of https or a Unix socket, with etcd's authority and a client certificate; where none leaves this "
            + "host, it warns",
        remedy: "https:// in --etcd-servers, and --etcd-cafile, --etcd-certfile and --etcd-keyfile",
        references: [
            "CIS Kubernetes 1.2.23", "CIS Kubernetes 1.2.26", "kubescape C-0140",
            "https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters",
        ]
    ) { evidence in
        evidence.results(of: .apiServer, judgeStore)
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: judgeStore) { StoreSettings($0).fix }
    }

    private static let judgeStore: @Sendable (ControlPlaneProgram) -> CheckResult = { program in
        let store = StoreSettings(program)
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: program.subject, reason, evidence: store.words)
        }
        guard !store.addresses.isEmpty else { return result(.unknown, "no --etcd-servers says where etcd is") }
        let plain = store.addresses.filter(store.isPlain)
        if plain.contains(where: { !StoreSettings.isLoopback($0) }) {
            return result(.fail, "whoever is between reads and writes every Secret and every right of the cluster")
        }
        if !plain.isEmpty {
            return result(.warn, "whoever is on this host can ask the same etcd, which demands no certificate there")
        }
        guard !store.missing.isEmpty, !store.addresses.allSatisfy(StoreSettings.isSocket) else {
            return result(.pass, "it speaks TLS to an etcd that it knows, and shows it a certificate")
        }
        let names = store.missing.map { "--\($0)" }.joined(separator: " and ")
        return store.missing.contains("etcd-cafile")
            ? result(.fail, "\(names) is not set: whoever any authority of the host vouches for may answer for etcd")
            : result(.fail, "\(names) is not set: etcd has to answer whoever shows no certificate, then")
    }
}

/// Where an API server keeps what it is told, and how it gets there.
///
/// Source: kubernetes, staging/src/k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go (`newETCD3Client`), and etcd's
/// client/v3/internal/endpoint: an address of http is asked in the clear whatever certificates are set, and one without a scheme
/// where none is.
private struct StoreSettings {
    private let program: ControlPlaneProgram
    let addresses: [String]

    private static let certificates = [
        "etcd-cafile": "/etc/kubernetes/pki/etcd/ca.crt",
        "etcd-certfile": "/etc/kubernetes/pki/apiserver-etcd-client.crt",
        "etcd-keyfile": "/etc/kubernetes/pki/apiserver-etcd-client.key",
    ]

    init(_ program: ControlPlaneProgram) {
        self.program = program
        // `/events#https://10.0.0.6:2379;https://10.0.0.7:2379`
        let overrides = (program.flags.list("etcd-servers-overrides") ?? []).flatMap { one in
            one.split(separator: "#").dropFirst().flatMap { $0.split(separator: ";").map(String.init) }
        }
        addresses = ((program.flags.list("etcd-servers") ?? []) + overrides).filter { !$0.isEmpty }
    }

    /// Flags that are not set, in order.
    var missing: [String] { Self.certificates.keys.sorted().filter { (program.flags[$0] ?? "").isEmpty } }

    var words: [String] {
        ["etcd-servers", "etcd-servers-overrides", "etcd-cafile", "etcd-certfile", "etcd-keyfile"].compactMap {
            program.flags.words(of: $0)
        }
    }

    static func isSocket(_ address: String) -> Bool { address.hasPrefix("unix:") || address.hasPrefix("unixs:") }

    func isPlain(_ address: String) -> Bool {
        if address.hasPrefix("https:") || Self.isSocket(address) { return false }
        return address.hasPrefix("http:") || missing.count == Self.certificates.count
    }

    /// Whether an address never leaves this host.
    static func isLoopback(_ address: String) -> Bool {
        EtcdSettings.isLoopback(address.contains("://") ? address : "http://\(address)")
    }

    /// What has it speak TLS; paths are kubeadm's where none are set.
    var fix: Fix {
        var flags = Dictionary(missing.map { ("--\($0)", Self.certificates[$0] ?? "") }) { first, _ in first }
        for name in ["etcd-servers", "etcd-servers-overrides"] {
            guard let list = program.flags.list(name), addresses.contains(where: isPlain) else { continue }
            flags["--\(name)"] = list.joined(separator: ",").replacing("http://", with: "https://")
        }
        let title = "Have the API server speak TLS to etcd"
        let caution =
            "etcd has to listen by https before, with a certificate for that address (TW-M1035-031): the API server does not "
            + "start without it. Where no path was set, it is kubeadm's."
        guard case .k3s = program.told else { return program.fix(title, set: flags, caution: caution) }
        let steps = [
            "give k3s datastore-endpoint by https://, and datastore-cafile, datastore-certfile and datastore-keyfile"
        ]
        return Fix(title, [.steps(steps)], commands: program.commands, caution: caution)
    }
}
