internal import Dialects

/// The rights by which containers come to run.
enum Workloads {
    /// A cluster's own: who may write all resources may write these.
    private static let builtIn = [
        Kind(group: "", resource: "pods"), Kind(group: "", resource: "replicationcontrollers"),
        Kind(group: "", resource: "podtemplates"), Kind(group: "apps", resource: "deployments"),
        Kind(group: "apps", resource: "daemonsets"), Kind(group: "apps", resource: "statefulsets"),
        Kind(group: "apps", resource: "replicasets"), Kind(group: "batch", resource: "jobs"),
        Kind(group: "batch", resource: "cronjobs"),
    ]

    private struct Kind: Hashable {
        var group: String
        var resource: String
    }

    /// The rights to write what holds a pod's template, by which its containers come to run.
    ///
    /// Custom ones are those that roles name, and that are read as workloads wherever else they are met.
    static func deploying(by roles: [Role]) -> [ResourceAttributes] {
        let named = roles.flatMap(\.rules).flatMap { rule in
            rule.apiGroups.flatMap { group in rule.resources.map { Kind(group: group, resource: $0) } }
        }
        let custom = Set(named).subtracting(builtIn).filter {
            $0.group != "*" && ResourceKind.isWorkload($0.resource, group: $0.group)
        }
        let ordered = custom.sorted { ($0.group, $0.resource) < ($1.group, $1.resource) }
        return (builtIn + ordered).flatMap { kind in
            ["create", "update", "patch"].map {
                ResourceAttributes(verb: $0, group: kind.group, resource: kind.resource)
            }
        }
    }

    /// What opens a process, or a container, in a pod that runs.
    ///
    /// `get` counts for exec and attach: by WebSocket a session is asked for with it.
    static let entering = [
        ResourceAttributes(verb: "create", resource: "pods", subresource: "exec"),
        ResourceAttributes(verb: "get", resource: "pods", subresource: "exec"),
        ResourceAttributes(verb: "create", resource: "pods", subresource: "attach"),
        ResourceAttributes(verb: "get", resource: "pods", subresource: "attach"),
        ResourceAttributes(verb: "update", resource: "pods", subresource: "ephemeralcontainers"),
        ResourceAttributes(verb: "patch", resource: "pods", subresource: "ephemeralcontainers"),
    ]
}
