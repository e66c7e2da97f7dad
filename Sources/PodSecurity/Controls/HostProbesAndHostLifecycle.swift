internal import Dialects

extension PodSecurityControl {
    /// Probes and lifecycle handlers, which the node itself sends, go to the pod and nowhere else.
    static let hostProbesAndHostLifecycle = PodSecurityControl(
        id: "hostProbesAndHostLifecycle",
        level: .baseline,
        demand: "Probes and lifecycle handlers name no host, and so go to the pod itself.",
        remedy: "leave host out of httpGet and tcpSocket",
        revisions: [Revision(since: 34, check: checkHostProbesAndHostLifecycle)]
    )

    @Sendable private static func checkHostProbesAndHostLifecycle(_ pod: Pod) -> Objection? {
        let bad = pod.allContainers.filter { !$0.handlerHosts.isEmpty }
        guard !bad.isEmpty else { return nil }
        let handlers = bad.flatMap(\.handlerHosts)
        let names = UpstreamText.sorted(bad.map(\.name))
        let hosts = UpstreamText.sorted(handlers.map(\.value))
        let detail = [
            UpstreamText.containers(names), UpstreamText.plural("uses", "use", names.count),
            UpstreamText.plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.count),
            UpstreamText.quoted(hosts),
        ]
        return Objection(
            "probe or lifecycle host",
            detail.joined(separator: " "),
            at: handlers.map { FieldPlace($0.path, $0.value) }
        )
    }
}
