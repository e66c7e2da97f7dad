internal import Dialects

extension PodSecurityControl {
    /// Containers must not run as root, unless (since 1.35) the pod has a user namespace of its own.
    static let runAsNonRoot = PodSecurityControl(
        id: "runAsNonRoot",
        level: .restricted,
        demand: "Every container is required to run as another user than root.",
        remedy: "set securityContext.runAsNonRoot to true in the pod or in each container",
        revisions: [
            Revision(since: 0, check: checkRunAsNonRoot),
            Revision(since: 35, check: exemptingUserNamespaces(checkRunAsNonRoot)),
        ]
    )

    @Sendable private static func checkRunAsNonRoot(_ pod: Pod) -> Objection? {
        let offenders = Offenders(in: pod, at: "runAsNonRoot", value: "false") { $0.runAsNonRoot == false }
        // Who says no is told alone, without those who only say nothing.
        if let setters = offenders.setters {
            return Objection(
                "runAsNonRoot != true",
                "\(setters) must not set securityContext.runAsNonRoot=false",
                at: offenders.fields
            )
        }
        guard pod.securityContext.shared.runAsNonRoot != true else { return nil }
        let silent = pod.allContainers.filter { $0.securityContext.shared.runAsNonRoot == nil }
        guard !silent.isEmpty else { return nil }
        return Objection(
            "runAsNonRoot != true",
            "pod or \(UpstreamText.containers(silent.map(\.name))) must set securityContext.runAsNonRoot=true",
            at: silent.map { FieldPlace("\($0.securityContext.shared.path).runAsNonRoot", nil) }
        )
    }
}
