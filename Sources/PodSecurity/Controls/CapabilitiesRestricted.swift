internal import Dialects

extension PodSecurityControl {
    /// Containers drop every capability and may add back NET_BIND_SERVICE alone.
    static let capabilitiesRestricted = PodSecurityControl(
        id: "capabilities_restricted",
        level: .restricted,
        demand: "Every container drops all capabilities, and adds back none but NET_BIND_SERVICE.",
        remedy: "set securityContext.capabilities to drop [\"ALL\"] and add none but NET_BIND_SERVICE",
        revisions: [
            Revision(since: 22, check: checkCapabilitiesRestricted),
            Revision(since: 25, check: exemptingWindows(checkCapabilitiesRestricted)),
        ],
        overrides: ["capabilities_baseline"]
    )

    @Sendable private static func checkCapabilitiesRestricted(_ pod: Pod) -> Objection? {
        let keeping = pod.allContainers.filter { !$0.securityContext.capabilitiesDropped.contains("ALL") }
        let added = AddedCapabilities(in: pod) { $0 != "NET_BIND_SERVICE" }
        var details: [String] = []
        if !keeping.isEmpty {
            let names = UpstreamText.containers(keeping.map(\.name))
            details.append("\(names) must set securityContext.capabilities.drop=[\"ALL\"]")
        }
        if let detail = added.detail { details.append(detail) }
        guard !details.isEmpty else { return nil }
        let fields = keeping.map { container in
            let dropped = container.securityContext.capabilitiesDropped
            let path = "\(container.securityContext.shared.path).capabilities.drop"
            return FieldPlace(path, dropped.isEmpty ? nil : dropped.joined(separator: ", "))
        }
        return Objection("unrestricted capabilities", details.joined(separator: "; "), at: fields + added.fields)
    }

    /// The check as it is since 1.25 for pods that say that they are for Windows, where its fields mean nothing.
    static func exemptingWindows(
        _ check: @escaping @Sendable (Pod) -> Objection?
    ) -> @Sendable (Pod) -> Objection? {
        { pod in pod.operatingSystem == "windows" ? nil : check(pod) }
    }

    /// The check as it is since 1.35 for pods in a user namespace of their own, where root is not the host's.
    static func exemptingUserNamespaces(
        _ check: @escaping @Sendable (Pod) -> Objection?
    ) -> @Sendable (Pod) -> Objection? {
        { pod in pod.hostUsers?.value == false ? nil : check(pod) }
    }
}
