/// A role by its kind and name, as a binding refers to it.
package struct RoleReference: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case role = "Role"
        case clusterRole = "ClusterRole"
    }

    package var kind: Kind
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// A role, or a cluster's.
package struct Role: Sendable, Hashable {
    package var reference: RoleReference
    /// Nil for a cluster's.
    package var namespace: String?
    package var labels: [String: String]
    package var rules: [PolicyRule]
    /// Labels of the roles whose rules are its own, too; a controller of the cluster writes those among ``rules``.
    package var aggregated: [LabelSelector]

    package init(
        _ reference: RoleReference,
        namespace: String? = nil,
        labels: [String: String] = [:],
        rules: [PolicyRule],
        aggregated: [LabelSelector] = []
    ) {
        self.reference = reference
        self.namespace = namespace
        self.labels = labels
        self.rules = rules
        self.aggregated = aggregated
    }
}

/// Whom a binding gives a role.
package struct Subject: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case user = "User"
        case group = "Group"
        case serviceAccount = "ServiceAccount"
    }

    package var kind: Kind
    package var name: String
    /// A service account's.
    package var namespace: String?

    package init(_ kind: Kind, _ name: String, namespace: String? = nil) {
        self.kind = kind
        self.name = name
        self.namespace = namespace
    }

    /// Whether it is meant; kubernetes, plugin/pkg/auth/authorizer/rbac (`appliesToUser`).
    package func isMeant(by user: UserInfo) -> Bool {
        switch kind {
        case .user: user.name == name
        case .group: user.groups.contains(name)
        case .serviceAccount:
            namespace.map { !$0.isEmpty && user.name == UserInfo.serviceAccountName(name, in: $0) } ?? false
        }
    }

    /// Whether who is meant never says who they are.
    var isUnauthenticated: Bool {
        switch kind {
        case .user: name == UserInfo.anonymous.name
        case .group: name == UserInfo.unauthenticated
        case .serviceAccount: false
        }
    }

    /// As the API server tells it: `ServiceAccount "name/namespace"`.
    package var description: String {
        let place = kind == .serviceAccount ? namespace.map { "/\($0)" } ?? "" : ""
        return "\(kind.rawValue) \"\(name)\(place)\""
    }
}

/// A role, or a cluster's, given to subjects: in a namespace, or everywhere.
package struct RoleBinding: Sendable, Hashable, CustomStringConvertible {
    package var name: String
    /// Where it gives the role; nil for a ClusterRoleBinding, which gives it everywhere.
    package var namespace: String?
    package var role: RoleReference
    package var subjects: [Subject]

    package init(_ name: String, namespace: String? = nil, role: RoleReference, subjects: [Subject]) {
        self.name = name
        self.namespace = namespace
        self.role = role
        self.subjects = subjects
    }

    /// As the API server tells it: `RoleBinding "name/namespace"`.
    package var description: String {
        namespace.map { "RoleBinding \"\(name)/\($0)\"" } ?? "ClusterRoleBinding \"\(name)\""
    }
}
