/// Whom an API server lets ask without saying who they are, as it is told.
///
/// Source: k8s.io/kubernetes pkg/kubeapiserver/options/authentication.go: the file's `anonymous` stands for the flag, which
/// is true by default; and with AlwaysAllow the server switches it off by itself.
enum AnonymousAuthentication: Sendable, Equatable {
    case off(reason: String)
    /// For these paths alone.
    case limited([String], file: String)
    case on(reason: String)
    case unknown(String)

    init(of program: ControlPlaneProgram, in evidence: Evidence) {
        if case .known(let modes) = AuthorizationModes(of: program, in: evidence).modes, modes.contains("AlwaysAllow"),
            program.flags["authorization-config"] == nil, program.flags["authentication-config"] == nil
        {
            self = .off(reason: "the server switches it off by itself where all is allowed (TW-M1035-022)")
            return
        }
        if let path = program.flags["authentication-config"] {
            switch program.document(path, in: evidence) {
            case .known(let document):
                if let anonymous = document["anonymous"], anonymous != .null {
                    self.init(anonymous, in: path)
                    return
                }
            case .absent:
                self = .unknown("\(path) is not there")
                return
            case .unreadable(let reason):
                self = .unknown(reason)
                return
            }
        }
        guard let flag = program.flags["anonymous-auth"] else {
            self = .on(reason: "--anonymous-auth is not set, and true then")
            return
        }
        self =
            ProgramFlags.bool(flag) == false
            ? .off(reason: "--anonymous-auth=\(flag)") : .on(reason: "--anonymous-auth=\(flag)")
    }

    private init(_ anonymous: Document, in path: String) {
        guard anonymous["enabled"]?.bool == true else {
            self = .off(reason: "\(path): anonymous.enabled: \(anonymous["enabled"]?.scalar ?? "false")")
            return
        }
        let conditions = anonymous["conditions"]?.elements ?? []
        self =
            conditions.isEmpty
            ? .on(reason: "\(path): anonymous.enabled: true, without conditions")
            : .limited(conditions.compactMap { $0["path"]?.text }, file: path)
    }

    /// Where a server says how it does; kubeadm's address of the cluster, which who joins reads.
    static let healthPaths = ["/livez", "/readyz", "/healthz"]
    static let joiningPath = "/api/v1/namespaces/kube-public/configmaps/cluster-info"

    /// Whether a path says nothing of what is in the cluster.
    static func isHarmless(_ path: String) -> Bool {
        path == joiningPath || healthPaths.contains { path == $0 || path.hasPrefix("\($0)/") }
    }
}
