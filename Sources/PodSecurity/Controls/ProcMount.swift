internal import Dialects

extension PodSecurityControl {
    /// What the runtime masks in /proc stays masked, unless (since 1.35) the pod has a user namespace of its own.
    static let procMount = PodSecurityControl(
        id: "procMount",
        level: .baseline,
        demand: "/proc is mounted with the runtime's masks.",
        remedy: procMountRemedy,
        revisions: [
            Revision(since: 0, check: checkProcMount),
            Revision(since: 35, check: exemptingUserNamespaces(checkProcMount)),
        ]
    )

    /// The same without exception, as restricted has it beside a baseline that knows one.
    static let procMountRestricted = PodSecurityControl(
        id: "procMount_restricted",
        level: .restricted,
        demand: "/proc is mounted with the runtime's masks, in user namespaces too.",
        remedy: procMountRemedy,
        revisions: [Revision(since: 35, check: checkProcMount)],
        overrides: ["procMount"]
    )

    private static let procMountRemedy = "leave securityContext.procMount out, or set it to Default"

    @Sendable private static func checkProcMount(_ pod: Pod) -> Objection? {
        let bad = pod.allContainers.filter { container in
            container.securityContext.procMount.map { $0 != "Default" } ?? false
        }
        guard !bad.isEmpty else { return nil }
        let values = UpstreamText.quoted(UpstreamText.sorted(bad.compactMap(\.securityContext.procMount)))
        return Objection(
            "procMount",
            "\(UpstreamText.containers(bad.map(\.name))) must not set securityContext.procMount to \(values)",
            at: bad.map { FieldPlace("\($0.securityContext.shared.path).procMount", $0.securityContext.procMount) }
        )
    }
}
