internal import Dialects

extension PodSecurityControl {
    /// Processes gain no more privileges than their parent, as by set-user-ID files.
    static let allowPrivilegeEscalation = PodSecurityControl(
        id: "allowPrivilegeEscalation",
        level: .restricted,
        demand: "Every container forbids its processes to gain privileges.",
        remedy: "set securityContext.allowPrivilegeEscalation to false in every container",
        revisions: [
            Revision(since: 8, check: checkAllowPrivilegeEscalation),
            Revision(since: 25, check: exemptingWindows(checkAllowPrivilegeEscalation)),
        ]
    )

    @Sendable private static func checkAllowPrivilegeEscalation(_ pod: Pod) -> Objection? {
        let bad = pod.allContainers.filter { $0.securityContext.allowPrivilegeEscalation != false }
        guard !bad.isEmpty else { return nil }
        return Objection(
            "allowPrivilegeEscalation != false",
            "\(UpstreamText.containers(bad.map(\.name))) must set securityContext.allowPrivilegeEscalation=false",
            at: bad.map { container in
                let context = container.securityContext
                let value = context.allowPrivilegeEscalation.map { String($0) }
                return FieldPlace("\(context.shared.path).allowPrivilegeEscalation", value)
            }
        )
    }
}
