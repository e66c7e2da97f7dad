internal import JSON

/// The kinds behind the plural names that requests use.
package enum ResourceKind {
    /// The lower-case kind of a plural resource name (`daemonsets` is `daemonset`).
    static func singular(of plural: String) -> String {
        if let kind = irregular[plural] { return kind }
        if plural.hasSuffix("ies") { return plural.dropLast(3) + "y" }
        if plural.hasSuffix("sses") || plural.hasSuffix("xes") { return String(plural.dropLast(2)) }
        return plural.hasSuffix("s") ? String(plural.dropLast()) : plural
    }

    private static let irregular = ["storageclasses": "storageclass", "ingresses": "ingress", "leases": "lease"]

    /// Whether the place that a request without a body goes to is known to deploy containers.
    static func deploys(_ reference: ObjectReference) -> Bool {
        guard let resource = reference.resource else { return false }
        return isWorkload(String(resource), group: reference.group.map { String($0) } ?? "")
    }

    /// Whether objects of that plural name deploy containers.
    package static func isWorkload(_ resource: String, group: String) -> Bool {
        // `services` deploy only where they are Knative's.
        resource == "services" ? group == "serving.knative.dev" : workloads.contains(resource)
    }

    private static let workloads: Set<String> = [
        "pods", "deployments", "replicasets", "replicationcontrollers", "statefulsets", "daemonsets", "jobs",
        "cronjobs",
        "podtemplates", "notebooks", "pytorchjobs", "tfjobs", "mpijobs", "xgboostjobs", "paddlejobs", "jaxjobs",
        "trainjobs", "trainingruntimes", "clustertrainingruntimes", "workflows", "workflowtemplates", "cronworkflows",
        "clusterworkflowtemplates", "rollouts", "experiments", "taskruns", "tasks", "clustertasks", "pipelineruns",
        "pipelines", "rayclusters", "rayjobs", "rayservices", "sparkapplications", "scheduledsparkapplications",
        "leaderworkersets", "inferenceservices", "servingruntimes", "clusterservingruntimes", "clonesets",
        "sidecarsets",
        "advancedcronjobs", "broadcastjobs", "poddefaults", "seldondeployments", "jobsets", "virtualmachines",
        "virtualmachineinstances", "tensorboards", "deploymentconfigs", "builds", "buildconfigs",
    ]
}
