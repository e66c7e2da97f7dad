internal import Dialects
internal import Judge

/// Requests that are judged and recorded, and pass whatever is found: those that all of these hold for.
///
/// By names alone: what an object says of itself is its author's to write.
package struct Exemption: Sendable, Equatable {
    /// Patterns of namespaces; empty for any.
    package var namespaces: [String] = []
    /// Patterns of users' names; empty for any.
    package var users: [String] = []
    /// Patterns of groups, of which the user has to be in one; empty for any.
    package var groups: [String] = []

    package init() {}

    func holds(for request: AdmissionRequest) -> Bool {
        if !namespaces.isEmpty, !Self.matches(namespaces, request.namespace) { return false }
        if !users.isEmpty, !Self.matches(users, request.user) { return false }
        return groups.isEmpty || request.groups.contains { Self.matches(groups, $0) }
    }

    private static func matches(_ patterns: [String], _ name: String?) -> Bool {
        guard let name else { return false }
        return patterns.contains { TextPattern($0).matches(name) }
    }
}
