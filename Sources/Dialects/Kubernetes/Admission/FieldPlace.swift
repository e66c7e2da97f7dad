internal import Deployments

/// The members of Kubernetes' objects that the fields of a record are read from.
///
/// Fields: Kubernetes API reference, Container, PodSpec and SecurityContext v1 core; the readers are ``ContainerReader``,
/// ``SecurityContextReader`` and ``PodContext``.
enum FieldPlace: Equatable {
    /// The first of these that the container has, or the first of all.
    case container([[String]])
    case pod([String])
    /// The container's own, which goes before the pod's.
    case either([String])
    /// The labels of the pod.
    case labels
    /// The object's own.
    case object([String])

    /// Nil for what is read from no one place of the object, such as who asked.
    init?(_ field: Field, _ value: String?) {
        guard let place = Self.container(field) ?? Self.security(field) ?? Self.pod(field, value) else { return nil }
        self = place
    }

    private static func container(_ field: Field) -> FieldPlace? {
        switch field {
        case .imageName, .imageTag, .imageHashes, .imageRegistry, .imagePublisher, .imageResembles, .imageReference,
            .imagePinned:
            .container([["image"]])
        case .containerName: .container([["name"]])
        case .processArgs, .commandLine, .normalizedCommands, .hostCommands, .commandWrites:
            .container([["command"], ["args"], ["script"], ["source"], ["lifecycle"]])
        case .hookCommands:
            .container([["lifecycle"], ["startupProbe"], ["livenessProbe"], ["readinessProbe"]])
        case .workingDirectory: .container([["workingDir"]])
        case .environment: .container([["env"]])
        case .hostPorts: .container([["ports"]])
        case .hostDevices: .container([["volumeDevices"]])
        case .joins: .container([["targetContainerName"]])
        default: nil
        }
    }

    private static func security(_ field: Field) -> FieldPlace? {
        switch field {
        case .privileged:
            .container([["securityContext", "privileged"], ["securityContext", "windowsOptions", "hostProcess"]])
        case .capabilitiesAdded: .container([["securityContext", "capabilities", "add"]])
        case .capabilitiesDropped: .container([["securityContext", "capabilities", "drop"]])
        case .procMount: .container([["securityContext", "procMount"]])
        case .allowPrivilegeEscalation: .container([["securityContext", "allowPrivilegeEscalation"]])
        case .readOnlyRoot: .container([["securityContext", "readOnlyRootFilesystem"]])
        case .seccomp: .either(["securityContext", "seccompProfile"])
        case .appArmor: .either(["securityContext", "appArmorProfile"])
        case .seLinux: .either(["securityContext", "seLinuxOptions"])
        case .runAsUser, .runAsRoot: .either(["securityContext", "runAsUser"])
        default: nil
        }
    }

    private static func pod(_ field: Field, _ value: String?) -> FieldPlace? {
        switch field {
        case .hostPaths, .hostWritablePaths, .hostExposes, .hostWritableExposes: .pod(["volumes"])
        case .hostNamespaces:
            switch value {
            case "pid": .pod(["hostPID"])
            case "ipc": .pod(["hostIPC"])
            case "user": .pod(["hostUsers"])
            default: .pod(["hostNetwork"])
            }
        case .networkMode: .pod(["hostNetwork"])
        case .serviceAccount: .pod(["serviceAccountName"])
        case .automountToken: .pod(["automountServiceAccountToken"])
        case .nodeName: .pod(["nodeName"])
        case .nodeSelector: .pod(["nodeSelector"])
        case .tolerations: .pod(["tolerations"])
        case .restartPolicy: .pod(["restartPolicy"])
        case .containerLabels: .labels
        case .replicas: .object(["spec", "replicas"])
        case .schedule: .object(["spec", "schedule"])
        default: nil
        }
    }
}
