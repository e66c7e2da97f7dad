internal import Dialects

extension PodSecurityControl {
    /// The runtime's AppArmor profile is not to be taken away, nor replaced but by one of the node's own.
    static let appArmorProfile = PodSecurityControl(
        id: "appArmorProfile",
        level: .baseline,
        demand: "AppArmor profiles are the runtime's default or one of the node's own.",
        remedy: "leave appArmorProfile out, or set its type to RuntimeDefault or Localhost",
        revisions: [Revision(since: 0, check: checkAppArmorProfile)]
    )

    @Sendable private static func checkAppArmorProfile(_ pod: Pod) -> Objection? {
        let isBad = { (type: String?) in type.map { $0 != "RuntimeDefault" && $0 != "Localhost" } ?? false }
        let settings = ProfileSettings(of: pod, named: "appArmorProfile", \.appArmorType, isBad)
        let annotations = pod.annotations.filter { name, value in
            name.hasPrefix(Pod.appArmorPrefix) && !value.isEmpty && value != "runtime/default"
                && !value.hasPrefix("localhost/")
        }
        var setters = settings.setters
        var values = settings.values
        if !annotations.isEmpty {
            setters.append(UpstreamText.plural("annotation", "annotations", annotations.count))
            values += UpstreamText.sorted(annotations.map { "\($0)=\(UpstreamText.goQuoted($1))" })
        }
        guard !setters.isEmpty else { return nil }
        let annotated = UpstreamText.sorted(annotations.keys).map {
            FieldPlace("\(pod.annotationsPath)[\($0)]", annotations[$0])
        }
        return Objection(
            UpstreamText.plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.count),
            "\(setters.joined(separator: " and ")) must not set AppArmor profile type to \(UpstreamText.quoted(values))",
            at: settings.fields + annotated
        )
    }
}

/// Profiles that a pod and its containers set to what is not allowed.
struct ProfileSettings {
    /// Who sets one: `pod`, `containers "a", "b"`.
    let setters: [String]
    /// What they set it to, each once.
    let values: [String]
    let fields: [FieldPlace]

    init(
        of pod: Pod,
        named name: String,
        _ type: (SharedSecurityContext) -> String?,
        _ isBad: (String?) -> Bool
    ) {
        let isBadPod = isBad(type(pod.securityContext.shared))
        let bad = pod.allContainers.filter { isBad(type($0.securityContext.shared)) }
        let setters = UpstreamText.setters(pod: isBadPod, bad.map(\.name))
        self.setters = setters.isEmpty ? [] : [setters]
        let contexts = (isBadPod ? [pod.securityContext.shared] : []) + bad.map(\.securityContext.shared)
        values = UpstreamText.sorted(contexts.compactMap(type))
        fields = contexts.map { FieldPlace("\($0.path).\(name).type", type($0)) }
    }
}
