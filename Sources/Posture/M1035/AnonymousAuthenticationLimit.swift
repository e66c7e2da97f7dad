internal import Sigma

extension Check {
    /// Whether who does not say who they are gets further than to the server's health.
    static let anonymousAuthentication = Check(
        id: "TW-M1035-021",
        title: "Anonymous Authentication Is On For All Paths",
        mitigation: .limitAccess,
        level: .medium,
        reads: "--anonymous-auth and the AuthenticationConfiguration's anonymous section; else the server's answers",
        passes: "it is off, or on for /livez, /readyz, /healthz and kubeadm's cluster-info alone",
        remedy: "name those paths as conditions in an AuthenticationConfiguration, or set --anonymous-auth=false",
        references: [
            "CIS Kubernetes 1.2.1", "kubescape C-0113", "trivy KCV-0001",
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration",
        ]
    ) { evidence in
        if evidence.programs(.apiServer).value == nil {
            let asked = evidence.anonymousAPIProbes.filter(\.saysWhoGetsData)
            guard asked.isEmpty else { return asked.byPlace.map { known($0.probes, at: $0.place) } }
        }
        return evidence.results(of: .apiServer) { anonymity(of: $0, in: evidence) }
    } fix: { evidence in
        evidence.fixes(of: .apiServer, failing: { anonymity(of: $0, in: evidence) }) {
            AnonymousLimit(of: $0, in: evidence)?.fix
        }
    }

    private static func anonymity(of program: ControlPlaneProgram, in evidence: Evidence) -> CheckResult {
        let subject = program.subject
        switch AnonymousAuthentication(of: program, in: evidence) {
        case .off(let reason): return CheckResult(.pass, subject: subject, "it is off", evidence: [reason])
        case .on(let reason):
            let shown = reason.hasPrefix("--anonymous-auth is not set") ? [] : [reason]
            return CheckResult(.fail, subject: subject, "it is on for all paths: \(reason)", evidence: shown)
        case .unknown(let reason): return CheckResult(.unknown, subject: subject, reason)
        case .limited(let paths, let file):
            let quoted = paths.map { "\(file): path: \($0)" }
            let wide = paths.filter { !AnonymousAuthentication.isHarmless($0) }
            if wide.isEmpty {
                return CheckResult(
                    .pass,
                    subject: subject,
                    "it is on where the server says how it does",
                    evidence: quoted
                )
            }
            let isVersion = wide.allSatisfy { $0 == "/version" || $0 == "/version/" }
            return CheckResult(
                isVersion ? .warn : .fail,
                subject: subject,
                "it is on for \(wide.joined(separator: ", "))",
                evidence: quoted
            )
        }
    }

    /// Of a server whose flags are out of sight: 401 is for whom it does not take, 403 for whom it takes as anonymous.
    private static func known(_ probes: [Probe], at place: String) -> CheckResult {
        let taken = probes.filter { $0.isSuccess || $0.status == 403 }
        return taken.isEmpty
            ? CheckResult(
                .pass,
                subject: place,
                "it takes no anonymous request for data",
                evidence: probes.map(\.words)
            )
            : CheckResult(.fail, subject: place, "it takes anonymous requests for data", evidence: taken.map(\.words))
    }
}
