/// Something that a subject may do to a cluster by which containers come to run, or to run unseen.
package enum Power: String, Sendable, CaseIterable, Comparable {
    /// Create or change what holds a pod's template.
    case deploy
    /// Open a process, or join one's terminal, in a pod that runs.
    case exec
    /// Add a container to a pod that runs.
    case debug
    /// Get rights that one does not have: bind, escalate, impersonate, make certificates for others, or have a node's files.
    case rise
    /// Ask kubelets for anything through the API server.
    case kubelets
    /// Switch off what refuses deployments.
    case disarm

    package static func < (one: Power, other: Power) -> Bool { one.order < other.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// For a table's head and a sentence: "may …".
    package var words: String {
        switch self {
        case .deploy: "deploy"
        case .exec: "exec"
        case .debug: "add containers"
        case .rise: "take more rights"
        case .kubelets: "reach kubelets"
        case .disarm: "change admission"
        }
    }

    /// The rights that it takes any one of.
    ///
    /// - Parameter roles: what a cluster's roles name is how custom workloads are known.
    func rights(among roles: [Role]) -> [ResourceAttributes] {
        switch self {
        case .deploy: Workloads.deploying(by: roles)
        case .exec: Workloads.entering.filter { $0.subresource != "ephemeralcontainers" }
        case .debug: Workloads.entering.filter { $0.subresource == "ephemeralcontainers" }
        case .rise: Self.rising + CombinedRights.rising
        case .kubelets: ["get", "create"].map { ResourceAttributes(verb: $0, resource: "nodes", subresource: "proxy") }
        case .disarm: Self.disarming
        }
    }

    private static let rising =
        ["users", "groups", "serviceaccounts"].map { ResourceAttributes(verb: "impersonate", resource: $0) }
        + ["clusterroles", "roles"].flatMap { resource in
            ["bind", "escalate"].map {
                ResourceAttributes(verb: $0, group: "rbac.authorization.k8s.io", resource: resource)
            }
        }

    private static let disarming = [
        "validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
    ].flatMap { resource in
        ["create", "update", "patch", "delete"].map {
            ResourceAttributes(verb: $0, group: "admissionregistration.k8s.io", resource: resource)
        }
    }
}
