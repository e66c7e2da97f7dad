internal import Sigma

extension Check {
    /// Whether Docker takes orders from the network without asking who gives them.
    static let dockerWithoutTLS = Check(
        id: "TW-M1035-001",
        title: "Docker API Answers On TCP Without TLS",
        mitigation: .limitAccess,
        level: .critical,
        reads:
            "what every TCP socket that listens, in IPv4 and IPv6, answers to GET /_ping; what dockerd is told, and its own "
            + "warnings",
        passes: "no socket answers as an engine over plain HTTP",
        remedy: "take the tcp:// host away and use ssh:// from elsewhere, or have it demand certificates: tlsverify",
        references: [
            "CIS Docker 2.7", "https://docs.docker.com/engine/security/protect-access/",
            "https://docs.docker.com/engine/daemon/remote-access/",
        ],
        // What is on a container's own loopback TW-M1035-005 judges alone.
        judge: { evidence in plainDocker(evidence) { !$0.isLoopbackElsewhere } },
        fix: plainDockerFixes
    )
}
