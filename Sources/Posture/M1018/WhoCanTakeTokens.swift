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
        isMeant: { access, evidence in
            let privileged = access.privilegedNamespaces
            let stored = evidence.cluster.flatMap { $0.objects("Secret") }.map { $0.filter(\.isAccountsToken) }
            return { held in
                let namespace = held.binding.namespace
                // Everywhere is there, too.
                guard namespace.map(privileged.contains) ?? true else { return false }
                return held.given.contains { $0.takesTokens(in: namespace, of: stored) }
            }
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

extension Rights.GivenRight {
    /// Whether it is more than a right to secrets of some names, none of which is a service account's token: applications keep
    /// their own in secrets that they read by name.
    ///
    /// - Parameter stored: the Secrets that are tokens; what is not known of may be any.
    fileprivate func takesTokens(in namespace: String?, of stored: Reading<[ClusterObject]>) -> Bool {
        guard attributes.resource == "secrets", !names.isEmpty, case .known(let tokens) = stored else { return true }
        return tokens.contains { names.contains($0.name) && (namespace == nil || $0.namespace == namespace) }
    }
}

extension ClusterObject {
    /// Whether it is a Secret with a token that does not end.
    var isAccountsToken: Bool { document["type"]?.text == "kubernetes.io/service-account-token" }
}
