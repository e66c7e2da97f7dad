internal import Dialects

extension PodSecurityControl {
    /// Where a seccomp profile is named, it is the runtime's or one of the node's own.
    ///
    /// Until 1.18 annotations name it.
    static let seccompProfileBaseline = PodSecurityControl(
        id: "seccompProfile_baseline",
        level: .baseline,
        demand: "Seccomp profiles, where they are named, are the runtime's default or one of the node's own.",
        remedy: "leave seccompProfile out, or set its type to RuntimeDefault or Localhost; until v1.18 the "
            + "annotations seccomp.security.alpha.kubernetes.io count, with runtime/default or localhost/…",
        revisions: [
            Revision(since: 0, check: checkSeccompAnnotations),
            Revision(since: 19, check: checkSeccompFields),
        ]
    )

    @Sendable private static func checkSeccompAnnotations(_ pod: Pod) -> Objection? {
        let containers = pod.allContainers.map { "container.seccomp.security.alpha.kubernetes.io/\($0.name)" }
        let bad = UpstreamText.sorted(["seccomp.security.alpha.kubernetes.io/pod"] + containers).compactMap { name in
            pod.annotations[name].flatMap { value in
                value == "runtime/default" || value == "docker/default" || value.hasPrefix("localhost/")
                    ? nil : (name: name, value: value)
            }
        }
        guard !bad.isEmpty else { return nil }
        let settings = UpstreamText.sorted(bad.map { "\($0.name)=\(UpstreamText.goQuoted($0.value))" })
        let annotations = UpstreamText.plural("annotation", "annotations", bad.count)
        return Objection(
            "seccompProfile",
            "forbidden \(annotations) \(settings.joined(separator: ", "))",
            at: bad.map { FieldPlace("\(pod.annotationsPath)[\($0.name)]", $0.value) }
        )
    }

    /// What is named and not allowed; the restricted level asks for the same, and more.
    @Sendable static func checkSeccompFields(_ pod: Pod) -> Objection? {
        let settings = ProfileSettings(of: pod, named: "seccompProfile", \.seccompType) { type in
            type.map { !isAllowedSeccomp($0) } ?? false
        }
        guard let setters = settings.setters.first else { return nil }
        return Objection(
            "seccompProfile",
            "\(setters) must not set securityContext.seccompProfile.type to \(UpstreamText.quoted(settings.values))",
            at: settings.fields
        )
    }

    static func isAllowedSeccomp(_ type: String) -> Bool { type == "RuntimeDefault" || type == "Localhost" }
}
