internal import Dialects

extension PodSecurityControl {
    /// Capabilities beyond those that container runtimes give by default, and NET_RAW, are not to be added.
    static let capabilitiesBaseline = PodSecurityControl(
        id: "capabilities_baseline",
        level: .baseline,
        demand: "No container adds capabilities beyond the runtime's default ones, or NET_RAW.",
        remedy: "remove the capabilities from securityContext.capabilities.add",
        revisions: [Revision(since: 0, check: checkCapabilitiesBaseline)]
    )

    private static let defaultCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
        "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    @Sendable private static func checkCapabilitiesBaseline(_ pod: Pod) -> Objection? {
        // The Kelvin sign is Swift's K, and no kernel's.
        let added = AddedCapabilities(in: pod) { name in
            !defaultCapabilities.contains(name) || !name.utf8.allSatisfy { $0 < 0x80 }
        }
        return added.detail.map { Objection("non-default capabilities", $0, at: added.fields) }
    }
}

/// Capabilities that containers of a pod add and must not: both levels tell them alike.
struct AddedCapabilities {
    private var containers: [String] = []
    private var capabilities: [String] = []
    private(set) var fields: [FieldPlace] = []

    init(in pod: Pod, _ isForbidden: (String) -> Bool) {
        for container in pod.allContainers {
            let forbidden = container.securityContext.capabilitiesAdded.enumerated().filter { isForbidden($0.element) }
            guard !forbidden.isEmpty else { continue }
            containers.append(container.name)
            capabilities += forbidden.map(\.element)
            let path = container.securityContext.shared.path
            fields += forbidden.map { FieldPlace("\(path).capabilities.add[\($0.offset)]", $0.element) }
        }
    }

    /// What they do; nil where none does.
    var detail: String? {
        guard !containers.isEmpty else { return nil }
        let names = UpstreamText.quoted(UpstreamText.sorted(capabilities))
        return "\(UpstreamText.containers(containers)) must not include \(names) in securityContext.capabilities.add"
    }
}
