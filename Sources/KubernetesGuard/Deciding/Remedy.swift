internal import Deployments

/// What to change about a field that a rule minds.
enum Remedy {
    static func text(for field: Field?) -> String {
        switch field {
        case .privileged: "leave it out or set it to false"
        case .hostPaths, .hostWritablePaths, .hostExposes, .hostWritableExposes:
            "mount nothing of the node's file system"
        case .hostNamespaces, .networkMode: "leave it out: share no namespace with the node"
        case .hostPorts: "leave the port out, and use a service"
        case .hostDevices: "leave the device out"
        case .capabilitiesAdded: "leave the capability out"
        case .runAsUser, .runAsRoot: "name a user other than 0"
        case .seccomp, .appArmor, .seLinux, .procMount: "leave it out, so that the runtime's default confines it"
        case .imageName, .imageTag, .imageHashes, .imageRegistry, .imagePublisher, .imageResembles, .imageReference,
            .imagePinned:
            "use another image"
        case .processArgs, .commandLine, .normalizedCommands, .hostCommands, .commandWrites, .hookCommands:
            "do without the command"
        case .userName, .userGroups, .userNamespace: "deploy as somebody whose work it is"
        case .tolerations, .nodeName, .nodeSelector: "let the scheduler choose the node"
        default: "change it, or make an exception with a filter"
        }
    }
}
