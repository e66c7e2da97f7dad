internal import Sigma

extension Check {
    /// Whether the API server asks what people may do.
    static let authorizationMode = Check(
        id: "TW-M1035-022",
        title: "Authorization Lets Everything Through",
        mitigation: .limitAccess,
        level: .critical,
        reads: "--authorization-mode, or the authorizers of --authorization-config",
        passes: "Node and RBAC are among them, and AlwaysAllow is not",
        remedy: "--authorization-mode=Node,RBAC, or authorizers of these types",
        references: [
            "CIS Kubernetes 1.2.6", "CIS Kubernetes 1.2.7", "CIS Kubernetes 1.2.8", "kubescape C-0118",
            "kubescape C-0119",
            "kubescape C-0120", "trivy KCV-0007", "trivy KCV-0008", "trivy KCV-0009",
            "https://kubernetes.io/docs/reference/access-authn-authz/authorization/",
        ]
    ) { evidence in
        evidence.results(of: .apiServer) { authorization(of: $0, in: evidence) }
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: { authorization(of: $0, in: evidence) }) {
            authorizationFix(of: $0, in: evidence)
        }
    }

    private static func authorization(of program: ControlPlaneProgram, in evidence: Evidence) -> CheckResult {
        let authorization = AuthorizationModes(of: program, in: evidence)
        let subject = program.subject
        let isSaid = authorization.configuration != nil || program.flags["authorization-mode"] != nil
        let quoted = isSaid ? [authorization.origin] : []
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: subject, reason, evidence: quoted)
        }
        switch authorization.modes {
        case .absent: return result(.unknown, "no authorizer was read")
        case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason)
        case .known(let modes):
            if modes.contains("AlwaysAllow") {
                return result(.fail, isSaid ? "AlwaysAllow: whoever is known may do everything" : authorization.origin)
            }
            if !modes.contains("RBAC") {
                return modes.contains("Webhook")
                    ? result(.warn, "another server decides, and not by roles that can be read here")
                    : result(.fail, "RBAC is not among the authorizers")
            }
            return modes.contains("Node")
                ? result(.pass, "roles decide, and kubelets are held to their own nodes")
                : result(.warn, "Node is not among the authorizers: what kubelets may do is not held to their nodes")
        }
    }

    private static func authorizationFix(of program: ControlPlaneProgram, in evidence: Evidence) -> Fix? {
        let authorization = AuthorizationModes(of: program, in: evidence)
        guard let modes = authorization.modes.value else { return nil }
        let others = modes.filter { !["AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "ABAC"].contains($0) }
        let caution =
            "Who was let in by AlwaysAllow alone needs a role from then on, the cluster's own parts have theirs."
        guard let (path, document) = authorization.configuration else {
            let mode = (["Node", "RBAC"] + others).joined(separator: ",")
            return program.fix("Have roles decide", set: ["--authorization-mode": mode], caution: caution)
        }
        let kept = (document["authorizers"]?.elements ?? []).filter {
            ($0["type"]?.text).map { !["AlwaysAllow", "Node", "RBAC"].contains($0) } ?? false
        }
        let own: [Document] = [["type": "Node", "name": "node"], ["type": "RBAC", "name": "rbac"]]
        let text = document.setting(.list(own + kept), at: ["authorizers"]).yaml
        return Fix("Have roles decide", [.file(path: path, text: text)], commands: program.commands, caution: caution)
    }
}
