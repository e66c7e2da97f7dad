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
                set: settings.certificateFlags(.client).merging(["--listen-client-urls": settings.secureURLs(.client)])
                { $1 },
                caution:
                    "Its clients (the API server's --etcd-certfile and --etcd-keyfile) need certificates of that authority."
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
}

extension CheckResult {
    /// The same, with where it was seen in its subject.
    fileprivate func at(_ probe: Probe) -> CheckResult {
        var copy = self
        copy.subject += " at \(probe.place)"
        return copy
    }
}
