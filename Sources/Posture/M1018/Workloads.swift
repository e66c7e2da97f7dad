/// The rights by which containers come to run.
enum Workloads {
    /// Objects that are, or hold, a pod's template; whoever may write one has its containers run.
    ///
    /// Custom ones are those of T1610's own applications, whose controllers make pods of them.
    static let resources: [(group: String, resource: String)] = [
        ("", "pods"), ("", "replicationcontrollers"), ("", "podtemplates"),
        ("apps", "deployments"), ("apps", "daemonsets"), ("apps", "statefulsets"), ("apps", "replicasets"),
        ("batch", "jobs"), ("batch", "cronjobs"),
        ("kubeflow.org", "notebooks"), ("argoproj.io", "workflows"), ("argoproj.io", "cronworkflows"),
        ("tekton.dev", "taskruns"), ("tekton.dev", "pipelineruns"),
    ]

    static let deploying = resources.flatMap { group, resource in
        ["create", "update", "patch"].map { ResourceAttributes(verb: $0, group: group, resource: resource) }
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
