internal import Dialects

extension PodSecurityControl {
    /// Sharing the host's network, process and IPC namespaces is not allowed.
    static let hostNamespaces = PodSecurityControl(
        id: "hostNamespaces",
        level: .baseline,
        demand: "A pod does not join the host's network, process or IPC namespace.",
        remedy: "leave hostNetwork, hostPID and hostIPC out, or set them to false",
        revisions: [Revision(since: 0, check: checkHostNamespaces)]
    )

    @Sendable private static func checkHostNamespaces(_ pod: Pod) -> Objection? {
        let joined = [("hostNetwork", pod.hostNetwork), ("hostPID", pod.hostPID), ("hostIPC", pod.hostIPC)]
            .compactMap { name, flag in flag.flatMap { $0.value ? (name: name, path: $0.path) : nil } }
        guard !joined.isEmpty else { return nil }
        return Objection(
            "host namespaces",
            joined.map { "\($0.name)=true" }.joined(separator: ", "),
            at: joined.map { FieldPlace($0.path, "true") }
        )
    }
}
