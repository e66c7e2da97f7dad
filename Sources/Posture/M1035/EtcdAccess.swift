internal import Sigma

extension Check {
    /// Whether the cluster's store gives itself to whoever asks.
    static let etcdAccess = Check(
        id: "TW-M1035-031",
        title: "etcd Answers Without A Client Certificate",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what etcd answers to GET /version and to a range of one key's name without a certificate; else its settings",
        passes: "it answers nothing over HTTP without a certificate of its authority",
        remedy: "--client-cert-auth=true, --trusted-ca-file, and URLs of https",
        references: [
            "CIS Kubernetes 2.2", "kubescape C-0153", "kubescape C-0154", "kube-hunter KHV031",
            "https://etcd.io/docs/v3.5/op-guide/security/",
        ]
    ) { evidence in
        evidence.results(of: .etcd) { judgeClients($0, evidence) }
    } fix: { evidence in
        evidence.fixes(of: .etcd, failing: { judgeClients($0, evidence) }) { program in
            let settings = EtcdSettings(program, in: evidence)
            return program.fix(
                "Have etcd demand client certificates",
                set: certificates(.client, settings).merging(["--listen-client-urls": urls(.client, settings)]) { $1 },
                caution:
                    "Its clients (the API server's --etcd-certfile and --etcd-keyfile) need certificates of that authority."
            )
        }
    }

    /// Whether its members believe each other by certificate.
    static let etcdPeers = Check(
        id: "TW-M1035-032",
        title: "etcd's Peers Do Not Prove Who They Are",
        mitigation: .limitAccess,
        level: .medium,
        reads: "etcd's settings of its peers: flags, variables, its configuration file",
        passes:
            "peers need a certificate of the peers' authority, or nothing beyond this host reaches the peers' address",
        remedy: "--peer-client-cert-auth=true, --peer-trusted-ca-file, --peer-cert-file and --peer-key-file",
        references: ["CIS Kubernetes 2.4", "CIS Kubernetes 2.5", "kubescape C-0156", "kubescape C-0157"]
    ) { evidence in
        evidence.results(of: .etcd) { judgePeers($0, evidence) }
    } fix: { evidence in
        evidence.fixes(of: .etcd, failing: { judgePeers($0, evidence) }) { program in
            let settings = EtcdSettings(program, in: evidence)
            return program.fix(
                "Have etcd's peers prove who they are",
                set: certificates(.peer, settings).merging(["--listen-peer-urls": urls(.peer, settings)]) { $1 },
                caution: "All members have to be changed, one after the other; see etcd's guide to migrate to TLS."
            )
        }
    }

    private static func judgeClients(_ program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult {
        let settings = EtcdSettings(program, in: evidence)
        let asked = program.process == nil ? [] : evidence.anonymousProbes(ports: settings.clientPorts)
        if let open = asked.first(where: \.isSuccess) {
            return CheckResult(
                .fail,
                subject: program.subject,
                "it gives whoever asks every Secret and every right of the cluster",
                evidence: asked.filter(\.isSuccess).map(\.words)
            ).at(open)
        }
        if let problem = settings.problem { return CheckResult(.unknown, subject: program.subject, problem) }
        if settings.demandsCertificates(.client) {
            return CheckResult(
                .pass,
                subject: program.subject,
                "it demands certificates of its authority",
                evidence: asked.map(\.words) + settings.words(.client)
            )
        }
        return CheckResult(
            .fail,
            subject: program.subject,
            settings.addresses(.client).allSatisfy(EtcdSettings.isLoopback)
                ? "whoever is on this host has every Secret and every right of the cluster"
                : "it gives whoever reaches it every Secret and every right of the cluster",
            evidence: settings.words(.client)
        )
    }

    private static func judgePeers(_ program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult {
        let settings = EtcdSettings(program, in: evidence)
        if let problem = settings.problem { return CheckResult(.unknown, subject: program.subject, problem) }
        let words = settings.words(.peer)
        if settings.demandsCertificates(.peer) {
            return CheckResult(.pass, subject: program.subject, "its peers need certificates", evidence: words)
        }
        if settings.addresses(.peer).allSatisfy(EtcdSettings.isLoopback) {
            return CheckResult(
                .pass,
                subject: program.subject,
                "its peers' address is this host's alone",
                evidence: words
            )
        }
        return CheckResult(
            .fail,
            subject: program.subject,
            "whoever reaches its peers' address can join, and read and write everything",
            evidence: words
        )
    }

    /// What is set besides; paths are kubeadm's where none are set.
    private static func certificates(_ side: EtcdSettings.Side, _ settings: EtcdSettings) -> [String: String] {
        let (prefix, own) = side == .client ? ("--", "server") : ("--peer-", "peer")
        return [
            "\(prefix)client-cert-auth": "true",
            "\(prefix)trusted-ca-file": settings.value("trusted-ca-file", side) ?? "/etc/kubernetes/pki/etcd/ca.crt",
            "\(prefix)cert-file": settings.value("cert-file", side) ?? "/etc/kubernetes/pki/etcd/\(own).crt",
            "\(prefix)key-file": settings.value("key-file", side) ?? "/etc/kubernetes/pki/etcd/\(own).key",
        ]
    }

    private static func urls(_ side: EtcdSettings.Side, _ settings: EtcdSettings) -> String {
        settings.addresses(side).map { $0.hasPrefix("http://") ? "https://" + $0.dropFirst(7) : $0 }
            .joined(separator: ",")
    }
}

extension CheckResult {
    /// The same, with where it was seen in its subject.
    fileprivate func at(_ probe: Probe) -> CheckResult {
        var copy = self
        copy.subject += " at \(probe.place)"
        return copy
    }
}
