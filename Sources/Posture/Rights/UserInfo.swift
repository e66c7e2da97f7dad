/// Somebody who asks an API server, as it knows them once they are authenticated.
///
/// Source: authentication.k8s.io/v1, `UserInfo`.
package struct UserInfo: Sendable, Hashable {
    /// `system:anonymous` for who is not authenticated.
    package var name: String
    package var groups: Set<String>

    package init(name: String, groups: Set<String>) {
        self.name = name
        self.groups = groups
    }

    /// The group of everybody who is authenticated, and that of everybody who is not.
    package static let authenticated = "system:authenticated"
    package static let unauthenticated = "system:unauthenticated"
    /// The group that may do everything, whatever roles say.
    package static let superusers = "system:masters"

    /// Who does not say who they are, where the server lets them in.
    package static let anonymous = UserInfo(name: "system:anonymous", groups: [unauthenticated])

    /// What a service account of a namespace is called as a user.
    static func serviceAccountName(_ name: String, in namespace: String) -> String {
        "system:serviceaccount:\(namespace):\(name)"
    }

    /// A service account of a namespace, with the groups that its token gives it.
    ///
    /// Source: kubernetes, pkg/serviceaccount/util.go.
    package static func serviceAccount(_ name: String, in namespace: String) -> UserInfo {
        UserInfo(
            name: serviceAccountName(name, in: namespace),
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", authenticated]
        )
    }
}
