internal import Dialects

extension PodSecurityControl {
    /// A seccomp profile is named, and is the runtime's or one of the node's own.
    static let seccompProfileRestricted = PodSecurityControl(
        id: "seccompProfile_restricted",
        level: .restricted,
        demand: "Every container has a seccomp profile, the runtime's default or one of the node's own.",
        remedy: "set securityContext.seccompProfile.type to RuntimeDefault in the pod or in each container",
        revisions: [
            Revision(since: 19, check: checkSeccompProfileRestricted),
            Revision(since: 25, check: exemptingWindows(checkSeccompProfileRestricted)),
        ],
        overrides: ["seccompProfile_baseline"]
    )

    @Sendable private static func checkSeccompProfileRestricted(_ pod: Pod) -> Objection? {
        if let objection = checkSeccompFields(pod) { return objection }
        guard pod.securityContext.shared.seccompType == nil else { return nil }
        let bad = pod.allContainers.filter { $0.securityContext.shared.seccompType == nil }
        guard !bad.isEmpty else { return nil }
        let names = UpstreamText.containers(bad.map(\.name))
        return Objection(
            "seccompProfile",
            #"pod or \#(names) must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost""#,
            at: bad.map { FieldPlace("\($0.securityContext.shared.path).seccompProfile.type", nil) }
        )
    }
}
