internal import Deployments
internal import Dialects
internal import Judge

/// Who may deploy at all: users or groups (ATT&CK M1018, User Account Management).
package struct Deployers: Sendable, Equatable {
    /// Patterns of users' names.
    package var users: [String] = []
    /// Patterns of groups.
    package var groups: [String] = []

    package init() {}

    /// Whether the request's user is among them, or does a cluster's own work for somebody who was.
    func allow(_ request: AdmissionRequest, _ record: ContainerDeployment) -> Bool {
        if let user = request.user {
            if users.contains(where: { TextPattern($0).matches(user) }) { return true }
            if Self.isController(user), record.placement.parentName != nil { return true }
        }
        // A node shows the pods of its own files, which run already.
        if record.route == .staticPod { return true }
        return request.groups.contains { group in groups.contains { TextPattern($0).matches(group) } }
    }

    /// Kubernetes' own controllers, which make pods of workloads that were judged when somebody made them.
    private static func isController(_ user: String) -> Bool {
        if user == "system:kube-controller-manager" { return true }
        let prefix = "system:serviceaccount:kube-system:"
        return user.hasPrefix(prefix) && controllers.contains(String(user.dropFirst(prefix.count)))
    }

    private static let controllers: Set<String> = [
        "cronjob-controller", "daemon-set-controller", "deployment-controller", "job-controller",
        "replicaset-controller", "replication-controller", "statefulset-controller",
    ]
}
