internal import Sigma

extension Check {
    /// Whether what is asked at admission is asked about all ways by which containers come to run.
    static let admissionSeesAll = Check(
        id: "TW-Readiness-009",
        title: "Admission Is Not Asked About Every Way To Deploy",
        mitigation: .readiness,
        level: .low,
        reads: "the rules of validating webhooks and policies",
        passes: "something is asked about pods, containers that are added, exec and attach, and what makes pods",
        remedy: "register pods/* besides pods, with CREATE, UPDATE and CONNECT; the chart of Tidewaiter does",
        references: [
            "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules"
        ],
        judge: { evidence in
            evidence.cluster.flatMap(\.admissionGuards).results(of: "webhook configurations") { guards in
                let missed = ways.filter { way in
                    !guards.contains { $0.covers(way.operation, way.group, way.resource, way.subresource) }
                }
                guard !missed.isEmpty else {
                    return [CheckResult(.pass, subject: "", "something is asked about every way to deploy")]
                }
                let asked = guards.filter(\.isAskedAboutPods)
                guard !asked.isEmpty else {
                    let reason = "nothing is asked about pods, so that admission tells of none"
                    return [CheckResult(.fail, subject: "", reason)]
                }
                let reason = "nothing is asked about \(missed.map(\.words).joined(separator: ", "))"
                return [CheckResult(.fail, subject: "", reason, evidence: asked.map(\.words))]
            }
        },
        fix: { evidence in evidence.cluster.value.map { [$0.askingAboutAll] } ?? [] }
    )

    private struct Way: Sendable {
        var operation: String
        var group = ""
        var resource: String
        var subresource = ""

        var words: String { "\(operation) of \(resource)\(subresource.isEmpty ? "" : "/\(subresource)")" }
    }

    private static let ways = [
        Way(operation: "CREATE", resource: "pods"), Way(operation: "UPDATE", resource: "pods"),
        Way(operation: "UPDATE", resource: "pods", subresource: "ephemeralcontainers"),
        Way(operation: "CONNECT", resource: "pods", subresource: "exec"),
        Way(operation: "CONNECT", resource: "pods", subresource: "attach"),
        Way(operation: "CREATE", group: "apps", resource: "deployments"),
        Way(operation: "CREATE", group: "apps", resource: "daemonsets"),
        Way(operation: "CREATE", group: "apps", resource: "statefulsets"),
        Way(operation: "CREATE", group: "batch", resource: "jobs"),
        Way(operation: "CREATE", group: "batch", resource: "cronjobs"),
    ]
}

extension ClusterEvidence {
    /// The configuration that is asked about pods, with rules about the rest; or how to get one.
    fileprivate var askingAboutAll: Fix {
        let asked = (admissionGuards.value ?? []).filter(\.isAskedAboutPods)
        for case .webhook(let name, let place) in asked.map(\.source) {
            guard let object = webhookConfiguration(name) else { continue }
            var webhooks = object.document["webhooks"]?.elements ?? []
            guard webhooks.indices.contains(place) else { continue }
            let rules = (webhooks[place]["rules"]?.elements ?? []) + AdmissionGuard.rulesOfAll
            webhooks[place] = webhooks[place].setting(.list(rules), at: ["rules"])
            return Fix(
                "Have \(name) asked about every way to deploy",
                [.manifest(object.applicable.setting(.list(webhooks), at: ["webhooks"]))],
                caution: "what answers has to know these kinds; an operator that owns the object may write it back"
            )
        }
        return .admissionGuard
    }
}

extension AdmissionGuard {
    /// As the chart registers it.
    fileprivate static let rulesOfAll: [Document] = [
        [
            "apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE", "CONNECT"],
            "resources": ["pods", "pods/*", "replicationcontrollers", "podtemplates"], "scope": "Namespaced",
        ],
        [
            "apiGroups": ["apps"], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"],
            "resources": ["deployments", "replicasets", "statefulsets", "daemonsets"], "scope": "Namespaced",
        ],
        [
            "apiGroups": ["batch"], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"],
            "resources": ["jobs", "cronjobs"], "scope": "Namespaced",
        ],
    ]
}
