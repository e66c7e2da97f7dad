internal import Sigma

extension Check {
    /// Whether its members believe each other by certificate.
    static let etcdPeers = Check(
        id: "TW-M1035-032",
        title: "etcd's Peers Do Not Prove Who They Are",
        mitigation: .limitAccess,
        level: .medium,
        reads: "etcd's settings of its peers: flags, variables, its configuration file",
        passes:
            "peers need a certificate of the peers' authority; where nothing but this host reaches their address, it warns",
        remedy: "--peer-client-cert-auth=true, --peer-trusted-ca-file, --peer-cert-file and --peer-key-file",
        references: ["CIS Kubernetes 2.4", "CIS Kubernetes 2.5", "kubescape C-0156", "kubescape C-0157"]
    ) { evidence in
        evidence.results(of: .etcd) { judgePeers($0, evidence) }
    } fix: { evidence in
        evidence.fixes(of: .etcd, failing: { judgePeers($0, evidence) }) { program in
            EtcdSettings(program, in: evidence).demandingCertificates(
                .peer,
                "Have etcd's peers prove who they are",
                caution: "All members have to be changed, one after the other; see etcd's guide to migrate to TLS."
            )
        }
    }

    private static func judgePeers(_ program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult {
        let settings = EtcdSettings(program, in: evidence)
        if let problem = settings.problem { return CheckResult(.unknown, subject: program.subject, problem) }
        let words = settings.words(.peer)
        if settings.plainAddresses(.peer).isEmpty, settings.demandsCertificates(.peer) {
            return CheckResult(.pass, subject: program.subject, "its peers need certificates", evidence: words)
        }
        let addresses = settings.addresses(.peer)
        if addresses.allSatisfy({ $0.hasPrefix("unix") }) {
            return CheckResult(.pass, subject: program.subject, "its peers' address is a file", evidence: words)
        }
        if addresses.allSatisfy(EtcdSettings.isLoopback) {
            return CheckResult(
                .warn,
                subject: program.subject,
                "whoever is on this host can speak as a peer, and read and write everything",
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
}
