internal import Sigma

extension Check {
    /// Whether tokens or passwords stand in a file of the API server, which never expire.
    static let staticTokens = Check(
        id: "TW-M1035-024",
        title: "Static Tokens Or Passwords Log In",
        mitigation: .limitAccess,
        level: .high,
        reads: "--token-auth-file and --basic-auth-file",
        passes: "neither is set",
        remedy: "take the flags away; people log in by OpenID Connect or certificates, programs by service accounts",
        references: [
            "CIS Kubernetes 1.2.2", "kubescape C-0114", "trivy KCV-0002",
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file",
        ]
    ) { evidence in
        evidence.results(of: .apiServer, hasStaticTokens)
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: hasStaticTokens) { program in
            program.fix(
                "Take no static tokens",
                set: [:],
                removed: ["token-auth-file", "basic-auth-file"].filter { program.flags[$0] != nil }.map { "--\($0)" },
                caution: "Whoever logs in with one of these needs another way before."
            )
        }
    }

    private static func hasStaticTokens(_ program: ControlPlaneProgram) -> CheckResult {
        let found = program.words("token-auth-file", "basic-auth-file").filter { !$0.hasSuffix("=") }
        return found.isEmpty
            ? CheckResult(.pass, subject: program.subject, "it knows no static token or password")
            : CheckResult(
                .fail,
                subject: program.subject,
                "what is in that file logs in until the server is started without it",
                evidence: found
            )
    }
}
