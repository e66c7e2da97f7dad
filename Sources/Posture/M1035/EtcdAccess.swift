internal import Sigma

extension Check {
    /// Whether the cluster's store gives itself to whoever asks.
    static let etcdAccess = Check(
        id: "TW-M1035-031",
        title: "etcd Answers Without A Client Certificate",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what etcd answers to GET /version and to a range of one key's name without a certificate; else its settings, and "
            + "whose clients its authority lets in",
        passes:
            "it answers nothing over HTTP without a certificate of its authority, and that is not that of the API server's "
            + "clients",
        remedy: "--client-cert-auth=true, --trusted-ca-file of an authority of its own, and URLs of https",
        references: [
            "CIS Kubernetes 2.2", "CIS Kubernetes 2.7", "kubescape C-0153", "kubescape C-0154", "kube-hunter KHV031",
            "https://etcd.io/docs/v3.5/op-guide/security/",
        ]
    ) { evidence in
        let programs = evidence.programs(.etcd).value ?? []
        let own = programs.filter { $0.process != nil }.map { program in
            (evidence.host.value?.otherNetwork(of: program.process), EtcdSettings(program, in: evidence).clientPorts)
        }
        // One that is part of another program, or in a container of its own, answers as well as any.
        let others = evidence.anonymousProbes(ports: [2379]).filter { probe in
            probe.isOfEtcd
                && !own.contains { network, ports in
                    network == probe.network?.inode && ports.contains(probe.port)
                }
        }
        let found = others.byPlace.map { place, probes in
            let isShut = probes.allSatisfy(\.listener.isLoopbackElsewhere)
            return isShut
                ? CheckResult(.warn, subject: "etcd at \(place)", givesNetwork, evidence: probes.map(\.words))
                : CheckResult(.fail, subject: "etcd at \(place)", givesAll, evidence: probes.map(\.words))
        }
        return found.isEmpty || !programs.isEmpty
            ? found + evidence.results(of: .etcd) { judgeClients($0, evidence) } : found
    } fix: { evidence in
        evidence.fixes(of: .etcd, failing: { judgeClients($0, evidence) }) { program in
            let settings = EtcdSettings(program, in: evidence)
            return settings.isClosedToStrangers && settings.sharingAuthority(in: evidence) != nil
                ? ownAuthority
                : settings.demandingCertificates(
                    .client,
                    "Have etcd demand client certificates",
                    caution:
                        "Its clients need certificates of that authority, and https:// in their settings: the API server's "
                        + "--etcd-servers, --etcd-cafile, --etcd-certfile and --etcd-keyfile."
                )
        }
    }

    private static let ownAuthority = Fix(
        "Give etcd an authority of its own",
        [
            .steps([
                "make one, and certificates by it: kubeadm init phase certs etcd-ca, then etcd-server, etcd-peer, "
                    + "etcd-healthcheck-client and apiserver-etcd-client",
                "name them to etcd: --trusted-ca-file, --cert-file, --key-file, and those of --peer-",
                "name them to the API server: --etcd-cafile, --etcd-certfile and --etcd-keyfile",
            ])
        ],
        caution:
            "all members and API servers have to be changed together: etcd refuses the clients of the old authority"
    )

    private static let givesNetwork = "it gives all that it keeps to every process in that network"
    private static let givesAll = "it gives whoever asks every Secret and every right of the cluster"

    private static func judgeClients(_ program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult {
        let settings = EtcdSettings(program, in: evidence)
        let asked = program.process == nil ? [] : evidence.anonymousProbes(of: program, ports: settings.clientPorts)
        if let open = asked.first(where: \.isSuccess) {
            let seen = asked.filter(\.isSuccess).map(\.words)
            return CheckResult(.fail, subject: program.subject, givesAll, evidence: seen).at(open)
        }
        if let problem = settings.problem { return CheckResult(.unknown, subject: program.subject, problem) }
        let plain = settings.plainAddresses(.client)
        if settings.isClosedToStrangers {
            if let server = settings.sharingAuthority(in: evidence) {
                let reason = "every client of the API server, a kubelet as well, has every Secret and every right by it"
                let words = settings.words(.client) + server.words("client-ca-file")
                return CheckResult(.fail, subject: program.subject, reason, evidence: words)
            }
            return CheckResult(
                .pass,
                subject: program.subject,
                "it demands certificates of its authority",
                evidence: asked.map(\.words) + settings.words(.client)
            )
        }
        let open = plain.isEmpty ? settings.addresses(.client) : plain
        return CheckResult(
            .fail,
            subject: program.subject,
            open.allSatisfy(EtcdSettings.isLoopback)
                ? "whoever is on this host has every Secret and every right of the cluster"
                : "it gives whoever reaches it every Secret and every right of the cluster",
            evidence: settings.words(.client)
        )
    }
}

extension EtcdSettings {
    /// Whether it demands certificates wherever it listens for clients.
    fileprivate var isClosedToStrangers: Bool { plainAddresses(.client).isEmpty && demandsCertificates(.client) }
}

extension Probe {
    /// Whether it was answered as etcd answers: `{"etcdserver":"3.5.9",…}`, or a range's header.
    fileprivate var isOfEtcd: Bool {
        isSuccess && (body.contains("etcdserver") || (path == "/v3/kv/range" && body.contains("raft_term")))
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
