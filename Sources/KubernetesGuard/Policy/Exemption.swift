internal import Deployments
internal import Dialects
internal import Judge

/// Requests that are judged and recorded, and pass whatever is found: those that all of these hold for.
///
/// By names; what an object says of itself, its labels, is its author's to write, and only narrows what names allow.
package struct Exemption: Sendable, Equatable {
    /// Patterns of namespaces; empty for any.
    package var namespaces: [String] = []
    /// Patterns of users' names; empty for any.
    package var users: [String] = []
    /// Patterns of groups, of which the user has to be in one; empty for any.
    package var groups: [String] = []
    /// Patterns of labels as `key=value`, each of which every pod that is asked for has to have; empty for any.
    package var labels: [String] = []

    package init() {}

    /// Whether it names those whom it trusts; labels alone would exempt whoever writes them.
    var isNamed: Bool { !namespaces.isEmpty || !users.isEmpty || !groups.isEmpty }

    /// - Parameter deployments: everything that is asked for; empty where that is not known for certain.
    func holds(for request: AdmissionRequest, _ deployments: [ContainerDeployment]) -> Bool {
        if !namespaces.isEmpty, !Self.matches(namespaces, request.namespace) { return false }
        if !users.isEmpty, !Self.matches(users, request.user) { return false }
        if !groups.isEmpty, !request.groups.contains(where: { Self.matches(groups, $0) }) { return false }
        guard !labels.isEmpty else { return true }
        return !deployments.isEmpty
            && deployments.allSatisfy { deployment in
                labels.allSatisfy { pattern in
                    deployment.container.labels.contains { TextPattern(pattern).matches($0) }
                }
            }
    }

    private static func matches(_ patterns: [String], _ name: String?) -> Bool {
        guard let name else { return false }
        return patterns.contains { TextPattern($0).matches(name) }
    }
}
