internal import Dialects

extension PodSecurityControl {
    /// Ports of the host are not to be taken.
    static let hostPorts = PodSecurityControl(
        id: "hostPorts",
        level: .baseline,
        demand: "No container takes a port of the host.",
        remedy: "leave hostPort out, and reach the pod through a Service",
        revisions: [Revision(since: 0, check: checkHostPorts)]
    )

    @Sendable private static func checkHostPorts(_ pod: Pod) -> Objection? {
        var names: [String] = []
        var fields: [FieldPlace] = []
        for container in pod.allContainers {
            let taken = container.ports.filter { $0.hostPort != 0 }
            guard !taken.isEmpty else { continue }
            names.append(container.name)
            fields += taken.map { FieldPlace("\($0.path).hostPort", String($0.hostPort)) }
        }
        guard !names.isEmpty else { return nil }
        // As texts, so that 10 stands before 9.
        let ports = UpstreamText.sorted(fields.compactMap(\.value))
        let detail = [
            UpstreamText.containers(names), UpstreamText.plural("uses", "use", names.count),
            UpstreamText.plural("hostPort", "hostPorts", ports.count), ports.joined(separator: ", "),
        ]
        return Objection("hostPort", detail.joined(separator: " "), at: fields)
    }
}
