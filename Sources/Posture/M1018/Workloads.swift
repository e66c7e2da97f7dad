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

    /// What is known to deploy in groups of the API that many clusters have: who may write all of a group may write these.
    private static let custom: [String: [String]] = [
        "apps.kruise.io": ["advancedcronjobs", "broadcastjobs", "clonesets", "daemonsets", "statefulsets"],
        "apps.openshift.io": ["deploymentconfigs"],
        "argoproj.io": ["clusterworkflowtemplates", "cronworkflows", "rollouts", "workflows", "workflowtemplates"],
        "batch.volcano.sh": ["jobs"],
        "build.openshift.io": ["buildconfigs", "builds"],
        "jobset.x-k8s.io": ["jobsets"],
        "kubeflow.org": ["experiments", "mpijobs", "notebooks", "pytorchjobs", "tfjobs", "xgboostjobs"],
        "kubevirt.io": ["virtualmachineinstances", "virtualmachines"],
        "leaderworkerset.x-k8s.io": ["leaderworkersets"],
        "machinelearning.seldon.io": ["seldondeployments"],
        "ray.io": ["rayclusters", "rayjobs", "rayservices"],
        "serving.knative.dev": ["services"],
        "serving.kserve.io": ["clusterservingruntimes", "inferenceservices", "servingruntimes"],
        "sparkoperator.k8s.io": ["scheduledsparkapplications", "sparkapplications"],
        "tekton.dev": ["pipelineruns", "pipelines", "taskruns", "tasks"],
        "trainer.kubeflow.org": ["clustertrainingruntimes", "trainingruntimes", "trainjobs"],
    ]

    /// Whether objects of a custom resource deploy.
    static func isCustom(_ attributes: ResourceAttributes) -> Bool {
        custom[attributes.group]?.contains(attributes.resource) ?? false
    }

    /// Groups of the API of which some objects deploy.
    static let customGroups = custom.keys.sorted()

    /// More custom workloads than any cluster has; a role may name any number of groups.
    private static let maximumCustom = 500

    /// The rights to write what holds a pod's template, by which its containers come to run.
    ///
    /// Custom ones are those that roles name, and that are read as workloads wherever else they are met.
    static func deploying(by roles: [Role]) -> [ResourceAttributes] {
        var found: Set<Kind> = []
        for rule in roles.lazy.flatMap(\.rules) where found.count < maximumCustom {
            let named = Set(rule.resources.filter { $0 == "services" || ResourceKind.isWorkload($0, group: "") })
            let takesAll = rule.resources.contains("*")
            // What is measured of pods is called like them.
            for group in rule.apiGroups.prefix(maximumCustom) where group != "*" && group != "metrics.k8s.io" {
                for resource in named where ResourceKind.isWorkload(resource, group: group) {
                    found.insert(Kind(group: group, resource: resource))
                }
                if takesAll { found.formUnion((custom[group] ?? []).map { Kind(group: group, resource: $0) }) }
            }
        }
        let ordered = found.subtracting(builtIn).sorted { ($0.group, $0.resource) < ($1.group, $1.resource) }
        return (builtIn + ordered.prefix(maximumCustom)).flatMap { kind in
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
