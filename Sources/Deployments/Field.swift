/// The fields of a ``ContainerDeployment``, by the names that rules and output use: Elastic Common Schema names where
/// ECS has one, names under `deployment.` otherwise.
///
/// The one list of them.
///
/// Reference: https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html
public enum Field: String, Sendable, CaseIterable {
    case timestamp = "@timestamp"
    case eventID = "event.id"
    case eventAction = "event.action"
    case eventOutcome = "event.outcome"
    case eventDataset = "event.dataset"
    case eventReason = "event.reason"
    case eventOriginal = "event.original"
    case logFilePath = "log.file.path"
    case logOffset = "log.offset"
    case userName = "user.name"
    case userGroups = "user.group.name"
    case userEffectiveName = "user.effective.name"
    /// Namespace of the service account that asked; absent for everybody else.
    case userNamespace = "deployment.user.namespace"
    case userAgent = "user_agent.original"
    case sourceIP = "source.ip"
    case tlsClientSubject = "tls.client.subject"
    case hostName = "host.name"
    case orchestratorType = "orchestrator.type"
    case clusterName = "orchestrator.cluster.name"
    case namespace = "orchestrator.namespace"
    case resourceType = "orchestrator.resource.type"
    case resourceName = "orchestrator.resource.name"
    case resourceGroup = "deployment.resource.group"
    case parentType = "orchestrator.resource.parent.type"
    case parentName = "deployment.parent.name"
    case containerID = "container.id"
    case containerName = "container.name"
    case containerRuntime = "container.runtime"
    case containerLabels = "container.labels"
    case imageName = "container.image.name"
    case imageTag = "container.image.tag"
    case imageHashes = "container.image.hash.all"
    case privileged = "container.security_context.privileged"
    case processArgs = "process.args"
    case commandLine = "process.command_line"
    case workingDirectory = "process.working_directory"
    case environment = "process.env_vars"
    case httpMethod = "http.request.method"
    case urlDomain = "url.domain"
    case urlPath = "url.path"
    case urlQuery = "url.query"
    case httpStatusCode = "http.response.status_code"
    case route = "deployment.route"
    case containerRole = "deployment.container_role"
    case imageRegistry = "deployment.image.registry"
    /// First path component on Docker Hub (`library` for official images), registry and first component elsewhere.
    case imagePublisher = "deployment.image.publisher"
    /// A well-known publisher whose name the image's publisher nearly has.
    case imageResembles = "deployment.image.resembles"
    case imageReference = "deployment.image.reference"
    case imagePinned = "deployment.image.pinned"
    case hostPaths = "deployment.host.paths"
    case hostWritablePaths = "deployment.host.writable_paths"
    /// Sensitive places of the host within reach of the mounts (``SensitivePlace``), a parent counting as its content.
    case hostExposes = "deployment.host.exposes"
    /// The same for writable mounts alone.
    case hostWritableExposes = "deployment.host.writable_exposes"
    case hostDevices = "deployment.host.devices"
    case hostPorts = "deployment.host.ports"
    case hostNamespaces = "deployment.host.namespaces"
    case networkMode = "deployment.network_mode"
    case joins = "deployment.joins"
    case capabilitiesAdded = "deployment.capabilities.added"
    case capabilitiesDropped = "deployment.capabilities.dropped"
    case seccomp = "deployment.security.seccomp"
    case appArmor = "deployment.security.apparmor"
    case seLinux = "deployment.security.selinux"
    case procMount = "deployment.security.proc_mount"
    case allowPrivilegeEscalation = "deployment.security.allow_privilege_escalation"
    case readOnlyRoot = "deployment.security.read_only_root"
    case runAsUser = "deployment.run_as_user"
    case runAsRoot = "deployment.run_as_root"
    case serviceAccount = "deployment.service_account"
    case automountToken = "deployment.automount_token"
    case nodeName = "deployment.node_name"
    case nodeSelector = "deployment.node_selector"
    case tolerations = "deployment.tolerations"
    case replicas = "deployment.replicas"
    case restartPolicy = "deployment.restart_policy"
    case schedule = "deployment.schedule"
    /// Every command (arguments, hooks, probes), with quotes, `${IFS}` and base64 pipes undone, one value per command.
    case normalizedCommands = "deployment.command.normalized"
    /// Of these, those that are not the container's own command: life-cycle hooks, health checks, build steps.
    case hookCommands = "deployment.command.hooks"
    /// The normalized commands with each path under a host mount written as the host path it leads to, as `host:/etc/cron.d/x`.
    case hostCommands = "deployment.command.on_host"
    /// Paths that the commands write to, those of the host as `host:/path`.
    case commandWrites = "deployment.command.writes"
    /// What of it was never seen before: `principal`, `registry`, `image`; set by those who remember (``FirstSeen``).
    case firstSeen = "deployment.first_seen"
    case visibility = "deployment.record.visibility"
    case defects = "deployment.record.defects"
}

/// One value of a field.
public enum FieldValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case boolean(Bool)
}
