internal import Sigma

extension Check {
    /// Whether anybody on the host, and any page in a browser there, may give Docker orders.
    static let plainDockerOnLoopback = Check(
        id: "TW-M1035-005",
        title: "Plain Docker API On Loopback",
        mitigation: .limitAccess,
        level: .high,
        reads: "as TW-M1035-001, of sockets in 127.0.0.0/8 or at ::1, in every network namespace",
        passes: "none answers as an engine over plain HTTP",
        remedy: "take the tcp:// host away: the Unix socket does the same with permissions, and ssh:// from elsewhere",
        references: ["CIS Docker 2.7", "https://docs.docker.com/engine/security/protect-access/"],
        judge: { evidence in
            plainDocker(evidence) { $0.isLoopback }
        },
        fix: plainDockerFixes
    )
}
