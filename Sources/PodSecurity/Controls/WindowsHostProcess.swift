internal import Dialects

extension PodSecurityControl {
    /// Host process containers, Windows' privileged ones, are not allowed.
    static let windowsHostProcess = PodSecurityControl(
        id: "windowsHostProcess",
        level: .baseline,
        demand: "No container is a Windows host process.",
        remedy: "leave securityContext.windowsOptions.hostProcess out, or set it to false",
        revisions: [Revision(since: 0, check: checkWindowsHostProcess)]
    )

    @Sendable private static func checkWindowsHostProcess(_ pod: Pod) -> Objection? {
        let offenders = Offenders(in: pod, at: "windowsOptions.hostProcess", value: "true") { $0.hostProcess == true }
        return offenders.setters.map { setters in
            Objection(
                "hostProcess",
                "\(setters) must not set securityContext.windowsOptions.hostProcess=true",
                at: offenders.fields
            )
        }
    }
}

/// The pod and the containers whose contexts say what they must not.
struct Offenders {
    /// `pod and container "a"`; nil where there are none.
    let setters: String?
    let fields: [FieldPlace]

    init(in pod: Pod, at field: String, value: String, _ isBad: (SharedSecurityContext) -> Bool) {
        let isBadPod = isBad(pod.securityContext.shared)
        let containers = pod.allContainers.filter { isBad($0.securityContext.shared) }
        let contexts = (isBadPod ? [pod.securityContext.shared] : []) + containers.map(\.securityContext.shared)
        setters = contexts.isEmpty ? nil : UpstreamText.setters(pod: isBadPod, containers.map(\.name))
        fields = contexts.map { FieldPlace("\($0.path).\(field)", value) }
    }
}
