internal import Dialects

extension PodSecurityControl {
    /// Privileged containers, which most security mechanisms do not hold for, are not allowed.
    static let privileged = PodSecurityControl(
        id: "privileged",
        level: .baseline,
        demand: "No container is privileged.",
        remedy: "leave securityContext.privileged out, or set it to false",
        revisions: [Revision(since: 0, check: checkPrivileged)]
    )

    @Sendable private static func checkPrivileged(_ pod: Pod) -> Objection? {
        let bad = pod.allContainers.filter { $0.securityContext.privileged == true }
        guard !bad.isEmpty else { return nil }
        return Objection(
            "privileged",
            "\(UpstreamText.containers(bad.map(\.name))) must not set securityContext.privileged=true",
            at: bad.map { FieldPlace("\($0.securityContext.shared.path).privileged", "true") }
        )
    }
}
