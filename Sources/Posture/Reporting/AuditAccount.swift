/// The account that an audit of a cluster asks as: it may list what checks read, and change nothing.
package enum AuditAccount {
    /// A ServiceAccount, its ClusterRole and the binding, as YAML.
    package static var manifests: String {
        let parts = [account, role, binding].map(\.yaml)
        return parts.joined(separator: "---\n")
    }

    private static let name: Document = "tidewaiter-audit"
    private static let namespace: Document = "tidewaiter"

    private static var account: Document {
        ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": name, "namespace": namespace]]
    }

    /// Values of Secrets come with their lists, as the API has no list without them: those who mind leave the rule out, and
    /// the checks of tokens are unknown.
    private static var role: Document {
        var resources: [String: [String]] = [:]
        for kind in ClusterKind.all {
            let parts = kind.apiVersion.split(separator: "/")
            resources[parts.count == 2 ? String(parts[0]) : "", default: []].append(kind.resource)
        }
        let rules = resources.sorted { $0.key < $1.key }.map { group, resources -> Document in
            [
                "apiGroups": .list([.text(group)]), "resources": .list(resources.map { .text($0) }),
                "verbs": ["list"],
            ]
        }
        return [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": name],
            "rules": .list(rules),
        ]
    }

    private static var binding: Document {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": ["name": name],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name],
            "subjects": [["kind": "ServiceAccount", "name": name, "namespace": namespace]],
        ]
    }
}
