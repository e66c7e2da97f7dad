internal import Sigma

extension Check {
    /// Whether the API server tells what is in the cluster to whom does not say who they are.
    static let anonymousAnswers = Check(
        id: "TW-M1035-020",
        title: "API Server Answers Anonymous Requests With Data",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what the API server answers below /api and /apis without credentials; else what it is told",
        passes: "401 or 403 for all that is in the cluster",
        remedy:
            "delete the bindings to system:anonymous and system:unauthenticated, and limit anonymous requests to health paths",
        references: [
            "CIS Kubernetes 1.2.1", "kubescape C-0113", "kubescape C-0262", "trivy KCV-0001",
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
        ]
    ) { evidence in
        let asked = evidence.anonymousAPIProbes.filter(\.saysWhoGetsData)
        let found = asked.byPlace.map { answered($0.probes, at: $0.place) }
        let networks = Set(asked.map { $0.network?.inode })
        // What one says in a container's network tells nothing of another elsewhere.
        func isAsked(_ program: ControlPlaneProgram) -> Bool {
            networks.contains(evidence.host.value?.otherNetwork(of: program.process))
        }
        if !asked.isEmpty, evidence.programs(.apiServer).value == nil { return found }
        return found
            + evidence.results(of: .apiServer, where: { !isAsked($0) }) { program in
                let subject = program.subject
                if case .off(let reason) = AnonymousAuthentication(of: program, in: evidence) {
                    return CheckResult(
                        .pass,
                        subject: subject,
                        "it was not asked, but takes no anonymous request",
                        evidence: [reason]
                    )
                }
                return CheckResult(.unknown, subject: subject, "it was not asked what it tells without credentials")
            }
    } fix: { evidence in
        let asked = evidence.anonymousAPIProbes.filter(\.tellsData)
        guard !asked.isEmpty else { return [] }
        let programs = evidence.programs(.apiServer).value ?? []
        let limits = programs.compactMap { AnonymousLimit(of: $0, in: evidence)?.fix }
        guard limits.isEmpty else { return limits }
        // Roles that allow it are told by name, where they were collected.
        let rights = Check.anonymousRights.fixes(on: evidence)
        guard rights.isEmpty else { return rights }
        let steps = Fix.Change.steps([
            "kubectl get clusterrolebindings,rolebindings -A -o wide | grep -E 'system:(anonymous|unauthenticated)'",
            "delete each but system:public-info-viewer and kubeadm:bootstrap-signer-clusterinfo (see TW-M1018-008)",
        ])
        return [Fix("Take their rights from anonymous requests", [steps])]
    }

    private static func answered(_ probes: [Probe], at place: String) -> CheckResult {
        let open = probes.filter(\.tellsData)
        guard open.isEmpty else {
            return CheckResult(
                .fail,
                subject: place,
                "it tells anybody what is in the cluster",
                evidence: open.map(\.words)
            )
        }
        return CheckResult(.pass, subject: place, "it refuses whom it does not know", evidence: probes.map(\.words))
    }
}
