internal import Sigma

extension Check {
    /// Who may read the secrets of privileged namespaces, or have tokens of their service accounts made.
    static let whoCanTakeTokens = Check.rights(
        "TW-M1018-016",
        "Who Can Take Tokens And Secrets Of Privileged Namespaces",
        .medium,
        { _ in tokens },
        remedy: "give get on the secrets that are needed, by resourceNames, in the namespace that they are in",
        references: ["CIS Kubernetes 5.1.2", "CIS Kubernetes 5.1.13", "kubescape C-0282", "kubescape C-0015"],
        reason: "may become a privileged service account, or read what it keeps secret",
        suffix: "without-secrets",
        isMeant: { access in
            let privileged = access.privilegedNamespaces
            // Everywhere is there, too.
            return { held in held.binding.namespace.map(privileged.contains) ?? true }
        },
        isExpected: { held, expected in expected.secretReaders.contains(held.subject) }
    )

    private static let tokens =
        ["get", "list", "watch"].map { ResourceAttributes(verb: $0, resource: "secrets") } + [
            ResourceAttributes(verb: "create", resource: "serviceaccounts", subresource: "token")
        ]
}

extension ClusterAccess {
    /// The cluster's own, and those of service accounts that may do everything.
    fileprivate var privilegedNamespaces: Set<String> {
        let everything = [ResourceAttributes(verb: "*", group: "*", resource: "*")]
        let accounts = held(everything).filter { $0.binding.namespace == nil }.compactMap(\.subject.namespace)
        return ClusterParts.namespaces.union(accounts)
    }
}
