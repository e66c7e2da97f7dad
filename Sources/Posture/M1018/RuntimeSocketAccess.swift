internal import Sigma

extension Check {
    /// Who may open Docker's socket.
    static let dockerSocketAccess = sockets(
        "TW-M1018-002",
        "Docker Socket Permissions",
        reads:
            "owner, group, permission bits and access control list of Docker's sockets, and of the folders they are in",
        references: [
            "CIS Docker 3.15", "CIS Docker 3.16", "https://docs.docker.com/engine/security/protect-access/",
        ],
        unit: "docker.socket"
    ) { $0.dockerSocketPaths }

    /// Who may open the sockets of the other runtimes: what they start no guard of Docker's sees.
    static let runtimeSocketAccess = sockets(
        "TW-M1018-003",
        "Other Runtimes' Socket Permissions",
        reads:
            "owner, group, permission bits and access control list of the sockets of containerd, CRI-O, Podman, BuildKit "
            + "and the like",
        references: ["CIS Docker 3.23", "CIS Docker 3.24"],
        unit: "podman.socket"
    ) { $0.otherSocketPaths }

    private static func sockets(
        _ id: String,
        _ title: String,
        reads: String,
        references: [String],
        unit: String,
        paths: @escaping @Sendable (HostEvidence) -> [String]
    ) -> Check {
        Check(
            id: id,
            title: title,
            mitigation: .accounts,
            level: .critical,
            reads: reads,
            passes: "they are root's and their group's, and have no permission for anybody else, by bits or by list",
            remedy: "chmod 0660 and setfacl -b the socket; SocketMode=0660 and SocketGroup= in its unit",
            references: references,
            judge: { evidence in
                evidence.host.results(of: "hosts") { host in
                    let access = SocketAccess(host: host, expectations: evidence.expectations)
                    let found = paths(host).compactMap { access.result($0) }
                    return found.isEmpty
                        ? [CheckResult(.notApplicable, subject: "", "there is no such socket")]
                        : known(found)
                }
            },
            fix: { evidence in
                guard let host = evidence.host.value else { return [] }
                let access = SocketAccess(host: host, expectations: evidence.expectations)
                return paths(host).flatMap { access.fix($0, unit: unit) }
            }
        )
    }

    /// One result for the sockets that nobody looked for, which would else be as many as there are runtimes.
    private static func known(_ results: [CheckResult]) -> [CheckResult] {
        let unknown = results.filter { $0.outcome == .unknown }
        guard unknown.count > 1 else { return results }
        let paths = unknown.map(\.subject).joined(separator: ", ")
        return results.filter { $0.outcome != .unknown }
            + [CheckResult(.unknown, subject: "", "the sockets could not be looked at: \(paths)")]
    }
}
