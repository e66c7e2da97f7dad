/// The resources that every cluster has, by group: what a wildcard stands for, as far as it can be listed.
///
/// Source: kubernetes, api/discovery of 1.36.
enum BuiltInResources {
    /// What can be done to any object.
    static let verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
    static let readingVerbs = ["get", "list", "watch"]

    static let byGroup: [String: [String]] = [
        "": [
            "bindings", "componentstatuses", "configmaps", "endpoints", "events", "limitranges", "namespaces",
            "namespaces/finalize", "namespaces/status", "nodes", "nodes/proxy", "nodes/status",
            "persistentvolumeclaims",
            "persistentvolumeclaims/status", "persistentvolumes", "persistentvolumes/status", "pods", "pods/attach",
            "pods/binding", "pods/ephemeralcontainers", "pods/eviction", "pods/exec", "pods/log", "pods/portforward",
            "pods/proxy", "pods/resize", "pods/status", "podtemplates", "replicationcontrollers",
            "replicationcontrollers/scale", "replicationcontrollers/status", "resourcequotas", "resourcequotas/status",
            "secrets", "serviceaccounts", "serviceaccounts/token", "services", "services/proxy", "services/status",
        ],
        "admissionregistration.k8s.io": [
            "mutatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicies/status",
            "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
        ],
        "apiextensions.k8s.io": ["customresourcedefinitions", "customresourcedefinitions/status"],
        "apiregistration.k8s.io": ["apiservices", "apiservices/status"],
        "apps": [
            "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
            "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
            "statefulsets/scale", "statefulsets/status",
        ],
        "authentication.k8s.io": ["selfsubjectreviews", "tokenreviews"],
        "authorization.k8s.io": [
            "localsubjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews",
        ],
        "autoscaling": ["horizontalpodautoscalers", "horizontalpodautoscalers/status"],
        "batch": ["cronjobs", "cronjobs/status", "jobs", "jobs/status"],
        "certificates.k8s.io": [
            "certificatesigningrequests", "certificatesigningrequests/approval", "certificatesigningrequests/status",
        ],
        "coordination.k8s.io": ["leases"],
        "discovery.k8s.io": ["endpointslices"],
        "events.k8s.io": ["events"],
        "flowcontrol.apiserver.k8s.io": ["flowschemas", "prioritylevelconfigurations"],
        "metrics.k8s.io": ["nodes", "pods"],
        "networking.k8s.io": ["ingressclasses", "ingresses", "ingresses/status", "networkpolicies"],
        "node.k8s.io": ["runtimeclasses"],
        "policy": ["poddisruptionbudgets", "poddisruptionbudgets/status"],
        "rbac.authorization.k8s.io": ["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
        "scheduling.k8s.io": ["priorityclasses"],
        "storage.k8s.io": ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    ]

    /// Whoever may do everything and is to read: all but secrets, and no part of an object but logs.
    static let reading: [PolicyRule] = byGroup.sorted { $0.key < $1.key }.compactMap { group, resources in
        let read = resources.filter { resource in
            (!resource.contains("/") && resource != "secrets" && resource != "bindings") || resource == "pods/log"
        }
        // Reviews are made, not read.
        guard !["authentication.k8s.io", "authorization.k8s.io"].contains(group) else { return nil }
        return PolicyRule(verbs: readingVerbs, apiGroups: [group], resources: read)
    }
}
