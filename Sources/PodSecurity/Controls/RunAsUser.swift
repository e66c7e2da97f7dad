internal import Dialects

extension PodSecurityControl {
    /// No user is chosen that is root, unless (since 1.35) the pod has a user namespace of its own.
    static let runAsUser = PodSecurityControl(
        id: "runAsUser",
        level: .restricted,
        demand: "No container is set to run as root.",
        remedy: "set securityContext.runAsUser to another number than 0, or leave it out",
        revisions: [
            Revision(since: 23, check: checkRunAsUser),
            Revision(since: 35, check: exemptingUserNamespaces(checkRunAsUser)),
        ]
    )

    @Sendable private static func checkRunAsUser(_ pod: Pod) -> Objection? {
        let offenders = Offenders(in: pod, at: "runAsUser", value: "0") { $0.runAsUser == 0 }
        return offenders.setters.map { setters in
            Objection("runAsUser=0", "\(setters) must not set runAsUser=0", at: offenders.fields)
        }
    }
}
