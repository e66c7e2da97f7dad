/// What was done (ECS `event.action`).
public enum Action: String, Sendable, CaseIterable {
    case containerCreate = "container-create"
    case containerStart = "container-start"
    case containerUpdate = "container-update"
    case containerRename = "container-rename"
    case containerExec = "container-exec"
    case containerAttach = "container-attach"
    case containerArchive = "container-archive"
    case imagePull = "image-pull"
    case imageBuild = "image-build"
    case imageLoad = "image-load"
    case imageCommit = "image-commit"
    case volumeCreate = "volume-create"
    case serviceCreate = "service-create"
    case serviceUpdate = "service-update"
    case pluginInstall = "plugin-install"
    case swarmJoin = "swarm-join"
    case swarmLeave = "swarm-leave"
    case podCreate = "pod-create"
    case podUpdate = "pod-update"
    case podExec = "pod-exec"
    case podAttach = "pod-attach"
    case podBind = "pod-bind"
    case workloadCreate = "workload-create"
    case workloadUpdate = "workload-update"
}

/// Whether it was done (ECS `event.outcome`).
///
/// A refused or failed attempt is a deployment too.
public enum Outcome: String, Sendable, CaseIterable {
    case success, failure, unknown
}

/// Which kind of record speaks (ECS `event.dataset`).
public enum Dataset: String, Sendable, CaseIterable {
    case dockerDaemon = "docker.daemon"
    case dockerEvents = "docker.events"
    case dockerAPI = "docker.api"
    case kubernetesAudit = "kubernetes.audit"
    case kubernetesManifest = "kubernetes.manifest"
    case kubernetesWatch = "kubernetes.watch"
    case kubernetesAdmission = "kubernetes.admission"
    case managementAPI = "management.api"
    /// The log that a management application writes itself.
    case managementLog = "management.log"
    case nginxAccess = "nginx.access"
    case haproxyAccess = "haproxy.access"
    case traefikAccess = "traefik.access"
    case envoyAccess = "envoy.access"
    case linkerdAccess = "linkerd.access"
    /// An access log whose server the log itself does not tell.
    case httpAccess = "http.access"
}

/// The way a deployment came in (`deployment.route`).
public enum Route: String, Sendable, CaseIterable {
    case dockerAPI = "docker-api"
    case podmanAPI = "podman-api"
    case swarm
    case kubernetesAPI = "kubernetes-api"
    case kubeletAPI = "kubelet-api"
    case staticPod = "static-pod"
    case manifest
    case kubernetesDashboard = "kubernetes-dashboard"
    case kubeflowNotebooks = "kubeflow-notebooks"
    case kubeflowPipelines = "kubeflow-pipelines"
    case kubeflowWorkspaces = "kubeflow-workspaces"
    case kubeflowTensorboards = "kubeflow-tensorboards"
    case kubeflowVolumes = "kubeflow-volumes"
    case katib
    case trainingOperator = "training-operator"
    case argoWorkflows = "argo-workflows"
    case argoCD = "argo-cd"
    case portainer
    case rancher
    case marathon
    case nomad
}

/// A container's place in its pod (`deployment.container_role`).
public enum Role: String, Sendable, CaseIterable {
    case app, `init`, sidecar, ephemeral
}

/// What is wrong with a record itself (`deployment.record.defects`).
public enum RecordDefect: String, Sendable, CaseIterable, Comparable {
    /// Larger than the reader or the platform carries.
    case oversized
    /// Cut by the platform or by the end of the log.
    case truncated
    /// A key written twice (by the server's own comparison), where two readers can see two things.
    case duplicateKeys = "duplicate-keys"
    /// Data behind the JSON value.
    case trailingData = "trailing-data"
    /// A key that only matches a field after Unicode folding.
    case foldedKeys = "folded-keys"
    /// A value of a type the server would refuse.
    case wrongType = "wrong-type"
    /// A body that is no JSON.
    case unparseableBody = "unparseable-body"
    /// Bytes that are no UTF-8.
    case invalidUTF8 = "invalid-utf8"
    /// An image reference that no registry takes.
    case malformedImage = "malformed-image"

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a source could not show of a deployment.
public enum Visibility: String, Sendable, CaseIterable {
    /// Everything that was asked for.
    case full
    /// Kubernetes audit level Metadata: no request object.
    case auditLevelMetadata = "audit-level-metadata"
    /// dockerd logs no body over 4,096 bytes, none that is not JSON, none with data behind the value.
    case bodyNotLogged = "body-not-logged"
    /// dockerd below debug level logs no requests.
    case logLevelInfo = "log-level-info"
    /// Docker events carry image, name and labels only.
    case eventsStream = "events-stream"
    /// An update or patch shows only what it changes.
    case changesOnly = "changes-only"
    /// The platform cut the record.
    case truncated
}

/// What of a deployment was never seen before (`deployment.first_seen`).
public enum FirstSeen: String, Sendable, CaseIterable, Comparable {
    /// Who asks.
    case principal
    /// The registry that the image comes from.
    case registry
    /// The image, whatever its tag or digest.
    case image

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
