/// The roles and bindings of a cluster.
package struct ClusterAccess: Sendable {
    package var roles: [Role]
    package var bindings: [RoleBinding]
    package let rights: Rights

    package init(roles: [Role], bindings: [RoleBinding]) {
        self.roles = roles
        self.bindings = bindings
        rights = Rights(roles: roles, bindings: bindings)
    }

    /// Of what was read from a cluster; nothing is known where part of it could not be read.
    package static func reading(_ reader: RightsReader) -> Reading<ClusterAccess> {
        if let problem = reader.problems.first {
            let more = reader.problems.count > 1 ? " (and \(reader.problems.count - 1) more)" : ""
            return .unreadable("\(problem)\(more)")
        }
        guard !reader.roles.isEmpty || !reader.bindings.isEmpty else { return .absent }
        return .known(ClusterAccess(roles: reader.roles, bindings: reader.bindings))
    }
}
