internal import Dialects

extension PodSecurityControl {
    /// SELinux types are those made for containers; users and roles are not to be chosen.
    static let seLinuxOptions = PodSecurityControl(
        id: "seLinuxOptions",
        level: .baseline,
        demand: "SELinux types are those made for containers, and no SELinux user or role is set.",
        remedy: "leave user and role out of seLinuxOptions, and set type to container_t, container_init_t, "
            + "container_kvm_t or (since 1.31) container_engine_t, or leave it out",
        revisions: [
            Revision(since: 0) { pod in checkSELinuxOptions(pod, allowing: containerTypes) },
            Revision(since: 31) { pod in
                checkSELinuxOptions(pod, allowing: containerTypes.union(["container_engine_t"]))
            },
        ]
    )

    private static let containerTypes: Set<String> = ["", "container_t", "container_init_t", "container_kvm_t"]

    private static func checkSELinuxOptions(_ pod: Pod, allowing types: Set<String>) -> Objection? {
        let isBad = { (context: SharedSecurityContext) in
            guard let options = context.seLinuxOptions else { return false }
            return !types.contains(options.type) || !options.user.isEmpty || !options.role.isEmpty
        }
        let isBadPod = isBad(pod.securityContext.shared)
        let containers = pod.allContainers.filter { isBad($0.securityContext.shared) }
        guard isBadPod || !containers.isEmpty else { return nil }
        let contexts = (isBadPod ? [pod.securityContext.shared] : []) + containers.map(\.securityContext.shared)
        let options = contexts.compactMap(\.seLinuxOptions)
        let badTypes = UpstreamText.sorted(options.map(\.type).filter { !types.contains($0) })
        var faults: [String] = []
        if !badTypes.isEmpty {
            faults.append("\(UpstreamText.plural("type", "types", badTypes.count)) \(UpstreamText.quoted(badTypes))")
        }
        if options.contains(where: { !$0.user.isEmpty }) { faults.append("user may not be set") }
        if options.contains(where: { !$0.role.isEmpty }) { faults.append("role may not be set") }
        let setters = UpstreamText.setters(pod: isBadPod, containers.map(\.name))
        return Objection(
            "seLinuxOptions",
            "\(setters) set forbidden securityContext.seLinuxOptions: \(faults.joined(separator: "; "))",
            at: contexts.flatMap { fields(of: $0, allowing: types) }
        )
    }

    private static func fields(of context: SharedSecurityContext, allowing types: Set<String>) -> [FieldPlace] {
        guard let options = context.seLinuxOptions else { return [] }
        let path = "\(context.path).seLinuxOptions"
        var fields: [FieldPlace] = []
        if !types.contains(options.type) { fields.append(FieldPlace("\(path).type", options.type)) }
        if !options.user.isEmpty { fields.append(FieldPlace("\(path).user", options.user)) }
        if !options.role.isEmpty { fields.append(FieldPlace("\(path).role", options.role)) }
        return fields
    }
}
