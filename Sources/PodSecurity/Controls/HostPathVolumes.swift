internal import Dialects

extension PodSecurityControl {
    /// Volumes that are the host's files are not allowed.
    static let hostPathVolumes = PodSecurityControl(
        id: "hostPathVolumes",
        level: .baseline,
        demand: "No volume is a path of the host.",
        remedy: "use another kind of volume in place of hostPath",
        revisions: [Revision(since: 0, check: checkHostPathVolumes)]
    )

    @Sendable private static func checkHostPathVolumes(_ pod: Pod) -> Objection? {
        let bad = pod.volumes.filter { $0.sources.contains("hostPath") }
        guard !bad.isEmpty else { return nil }
        return Objection(
            "hostPath volumes",
            "\(UpstreamText.plural("volume", "volumes", bad.count)) \(UpstreamText.quoted(bad.map(\.name)))",
            at: bad.map { FieldPlace("\($0.path).hostPath", "{…}") }
        )
    }
}
