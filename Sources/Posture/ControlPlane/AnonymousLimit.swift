/// How an API server comes to take anonymous requests for its health alone.
struct AnonymousLimit {
    let fix: Fix

    /// - Returns: nil where its configuration could not be read, which may say more that has to be kept.
    init?(of program: ControlPlaneProgram, in evidence: Evidence) {
        // It always sets the flag, beside which the server takes no such section in a file.
        if case .k3s = program.told {
            fix = program.fix("Take no anonymous requests", set: ["--anonymous-auth": "false"])
            return
        }
        // The flags of OpenID Connect and the file exclude each other.
        if program.flags["oidc-issuer-url"] != nil, program.flags["authentication-config"] == nil {
            fix = program.fix(
                "Take no anonymous requests",
                set: ["--anonymous-auth": "false"],
                caution:
                    "kubeadm's static pod asks /livez and /readyz without credentials, and is started again without end unless its probes are taken out; moving the --oidc-* flags into an AuthenticationConfiguration lets those paths stay open."
            )
            return
        }
        let path = program.flags["authentication-config"] ?? Self.newPath(beside: program.flags["client-ca-file"])
        var document = Self.empty(for: evidence)
        if program.flags["authentication-config"] != nil {
            guard let earlier = program.document(path, in: evidence).value else { return nil }
            document = earlier
        }
        let conditions = AnonymousAuthentication.healthPaths.map { Document.object([.init("path", .text($0))]) }
        document = document.setting(["enabled": true, "conditions": .list(conditions)], at: ["anonymous"])
        let changes = program.changes(
            set: ["--authentication-config": path],
            removed: program.flags["anonymous-auth"] == nil ? [] : ["--anonymous-auth"]
        )
        fix = Fix(
            "Take anonymous requests for the server's health alone",
            [.file(path: path, text: document.yaml)] + changes,
            commands: program.commands,
            caution:
                "kubeadm join with a token reads \(AnonymousAuthentication.joiningPath) anonymously: add it as a path where nodes join that way. Needs Kubernetes 1.32, and 1.34 for apiVersion apiserver.config.k8s.io/v1; the path has to be mounted where the server is a pod."
        )
    }

    /// Beside what the server reads already, so that no pod needs another mount.
    private static func newPath(beside authority: String?) -> String {
        let folder = authority.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
        return "\(folder ?? "/etc/kubernetes/pki")/authentication-config.yaml"
    }

    private static func empty(for evidence: Evidence) -> Document {
        let minor = evidence.anonymousAPIProbes.lazy.compactMap { minorVersion(in: $0.body) }.first
        let version = minor.map { $0 < 34 ? "v1beta1" : "v1" } ?? "v1"
        return [
            "apiVersion": .text("apiserver.config.k8s.io/\(version)"), "kind": "AuthenticationConfiguration",
        ]
    }

    /// Of `"gitVersion": "v1.33.2"`.
    private static func minorVersion(in body: String) -> Int? {
        guard let parts = body.firstRange(of: "\"v1.").map({ body[$0.upperBound...] }), body.contains("gitVersion")
        else {
            return nil
        }
        return Int(parts.prefix { $0.isNumber }.prefix(4))
    }
}
