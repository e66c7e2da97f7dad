/// What is known of a host and a cluster: all that checks look at.
package struct Evidence: Sendable {
    /// Who may do what in the cluster.
    package var access: Reading<ClusterAccess> = .absent

    package init() {}
}

/// Something that was looked for.
package enum Reading<Value: Sendable>: Sendable {
    /// There is none.
    case absent
    case known(Value)
    /// It is there, but could not be read, or not wholly: for people.
    case unreadable(String)
}

extension Reading {
    /// What a check finds in it, where it is known: what is not there does not apply, and what cannot be read is unknown.
    func results(of kind: String, _ judge: (Value) -> [CheckResult]) -> [CheckResult] {
        switch self {
        case .absent: [CheckResult(.notApplicable, subject: "", "there are no \(kind)")]
        case .known(let value): judge(value)
        case .unreadable(let reason): [CheckResult(.unknown, subject: "", "\(kind) could not be read: \(reason)")]
        }
    }
}

/// The roles and bindings of a cluster, and who is expected to hold what.
package struct ClusterAccess: Sendable {
    package var roles: [Role]
    package var bindings: [RoleBinding]
    /// Whom the cluster's owners name as those who may deploy.
    package var deployers: Set<Subject>
    package let rights: Rights

    package init(roles: [Role], bindings: [RoleBinding], deployers: Set<Subject> = []) {
        self.roles = roles
        self.bindings = bindings
        self.deployers = deployers
        rights = Rights(roles: roles, bindings: bindings)
    }

    /// Of what was read from a cluster; nothing is known where part of it could not be read.
    package static func reading(_ reader: RightsReader, deployers: Set<Subject> = []) -> Reading<ClusterAccess> {
        if let problem = reader.problems.first {
            let more = reader.problems.count > 1 ? " (and \(reader.problems.count - 1) more)" : ""
            return .unreadable("\(problem)\(more)")
        }
        guard !reader.roles.isEmpty || !reader.bindings.isEmpty else { return .absent }
        return .known(ClusterAccess(roles: reader.roles, bindings: reader.bindings, deployers: deployers))
    }
}
