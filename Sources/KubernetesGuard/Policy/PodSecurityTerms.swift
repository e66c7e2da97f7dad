internal import Dialects
internal import Judge
package import PodSecurity
internal import Sigma

/// What pods of a namespace are held to by the Pod Security Standards.
package struct PodSecurityTerms: Sendable, Equatable {
    /// The policy of each mode; where labels are read, the one that they are laid over.
    package var policy = NamespacePolicy()
    /// Whether the labels of namespaces count (`pod-security.kubernetes.io/…`).
    package var readsLabels = false
    /// Whether objects with templates are refused by what is enforced, and not only their pods later.
    package var refusesWorkloads = false
    /// Names of users who are not judged.
    package var exemptUsers: [String] = []
    /// Namespaces that are not judged.
    package var exemptNamespaces: [String] = []
    /// Runtime classes whose pods are not judged.
    package var exemptRuntimeClasses: [String] = []

    package init() {}

    /// Whether there is anything to judge.
    var isIdle: Bool { [policy.enforce, policy.audit, policy.warn].allSatisfy { $0.level == .privileged } }

    /// What a request is exempt by, in the API server's words; nil when it is not.
    func exemption(of request: AdmissionRequest) -> String? {
        if let namespace = request.namespace, exemptNamespaces.contains(namespace) { return "namespace" }
        if let user = request.user, exemptUsers.contains(user) { return "user" }
        return nil
    }

    /// The terms with a namespace's labels laid over them, and what is wrong with those.
    func reading(_ labels: [String: String]) -> (terms: PodSecurityTerms, errors: [NamespacePolicy.LabelError]) {
        var terms = self
        let (policy, errors) = NamespacePolicy.read(labels: labels, defaults: policy)
        terms.policy = policy
        return (terms, errors)
    }

    func exempts(_ pod: Pod) -> Bool { pod.runtimeClassName.map(exemptRuntimeClasses.contains) ?? false }
}

extension DocumentReading {
    private static let modes = ["enforce", "audit", "warn"]

    /// Reads `podSecurity` of a policy: modes as `LEVEL` or `LEVEL:VERSION`, over what holds already.
    mutating func read(_ member: Attribute.Member, into terms: inout PodSecurityTerms) {
        // By the way that a namespace's labels go, so that what one mode means for another is the same.
        var labels: [String: String] = [:]
        for entry in members(member) {
            switch entry.key {
            case "enforce", "audit", "warn":
                guard let policy = podSecurityPolicy(entry) else { continue }
                labels[NamespacePolicy.labelPrefix + entry.key] = policy.level.rawValue
                labels["\(NamespacePolicy.labelPrefix)\(entry.key)-version"] = "\(policy.version)"
            case "workloads":
                guard let word = text(entry), ["warn", "refuse"].contains(word) else {
                    error("'workloads' is warn or refuse", entry.value.place)
                    continue
                }
                terms.refusesWorkloads = word == "refuse"
            case "namespaceLabels": if let flag = flag(entry) { terms.readsLabels = flag }
            case "exemptions": readExemptions(entry, into: &terms)
            default: unknown(entry, Self.modes + ["workloads", "namespaceLabels", "exemptions"])
            }
        }
        terms.policy = NamespacePolicy.read(labels: labels, defaults: terms.policy).policy
    }

    private mutating func podSecurityPolicy(_ member: Attribute.Member) -> PodSecurityPolicy? {
        guard let text = member.value.text else {
            error("'\(member.key)' is a level", member.value.place, hint: "such as 'baseline' or 'restricted:v1.30'")
            return nil
        }
        do throws(InvalidPodSecurityText) {
            return try PodSecurityPolicy(parsing: text)
        } catch {
            self.error(
                "'\(text)' is no level of the Pod Security Standards: \(error)",
                member.value.place,
                hint: "such as 'baseline' or 'restricted:v1.30'"
            )
            return nil
        }
    }

    private mutating func readExemptions(_ member: Attribute.Member, into terms: inout PodSecurityTerms) {
        for entry in members(member) {
            let names = texts(entry)
            if names.contains(where: { $0.contains("*") || $0.isEmpty }) {
                error(
                    "'\(entry.key)' has a name that is a pattern or empty",
                    entry.value.place,
                    hint: "write each name out, as for the API server's own exemptions"
                )
            }
            switch entry.key {
            case "usernames": terms.exemptUsers = names
            case "namespaces": terms.exemptNamespaces = names
            case "runtimeClasses": terms.exemptRuntimeClasses = names
            default: unknown(entry, ["usernames", "namespaces", "runtimeClasses"])
            }
        }
    }
}
