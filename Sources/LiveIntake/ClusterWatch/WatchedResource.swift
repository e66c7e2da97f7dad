internal import JSON
internal import KubernetesAPI

/// A resource of which all objects deploy containers.
package struct WatchedResource: Sendable, Hashable {
    /// Empty for the core group.
    package var group: String
    package var version: String
    /// The plural name: `deployments`.
    package var plural: String
    /// The kind, which objects in a list do not name: `Deployment`.
    package var kind: String
    /// The kind of controller that makes such objects of one that is watched itself; those are left out.
    package var madeBy: String?

    package init(group: String = "", version: String = "v1", _ plural: String, kind: String, madeBy: String? = nil) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.madeBy = madeBy
    }

    package static let pods = WatchedResource("pods", kind: "Pod")
    package static let replicationControllers = WatchedResource("replicationcontrollers", kind: "ReplicationController")
    package static let deployments = WatchedResource(group: "apps", "deployments", kind: "Deployment")
    package static let daemonSets = WatchedResource(group: "apps", "daemonsets", kind: "DaemonSet")
    package static let statefulSets = WatchedResource(group: "apps", "statefulsets", kind: "StatefulSet")
    package static let replicaSets = WatchedResource(
        group: "apps",
        "replicasets",
        kind: "ReplicaSet",
        madeBy: "Deployment"
    )
    package static let jobs = WatchedResource(group: "batch", "jobs", kind: "Job", madeBy: "CronJob")
    package static let cronJobs = WatchedResource(group: "batch", "cronjobs", kind: "CronJob")

    /// All of Kubernetes' own that make pods, and pods.
    package static let all: [WatchedResource] = [
        pods, deployments, daemonSets, statefulSets, replicaSets, jobs, cronJobs, replicationControllers,
    ]

    /// `apps/deployments`, `pods`.
    var name: String { group.isEmpty ? plural : "\(group)/\(plural)" }

    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    func resource(in namespace: String?) -> Resource {
        Resource(group: group, version: version, plural, in: namespace)
    }
}
