internal import Deployments
internal import JSON

/// Reads security contexts: the pod's first, then the container's, whose fields win.
///
/// Fields: Kubernetes API reference, PodSecurityContext and SecurityContext v1 core. What neither says stays unknown:
/// the image decides on the user, and the cluster on profiles.
enum SecurityContextReader {
    /// What the pod's context says for every container that says nothing itself.
    static func apply(pod context: JSONValue, to record: inout ContainerDeployment) {
        for (key, value) in context.members { shared(key, value, &record) }
    }

    /// What the container's own context says.
    static func apply(container context: JSONValue, to record: inout ContainerDeployment) {
        for (key, value) in context.members {
            switch key.count {
            case 9 where key == "procMount": record.security.procMount = value.string?.lowercased()
            case 10 where key == "privileged":
                record.security.privileged = flag(value, &record) ?? record.security.privileged
            case 12 where key == "capabilities":
                record.security.capabilitiesAdded = (value["add"]?.strings ?? []).map(Capability.init)
                record.security.capabilitiesDropped = (value["drop"]?.strings ?? []).map(Capability.init)
            case 22 where key == "readOnlyRootFilesystem":
                record.security.readOnlyRoot = flag(value, &record) ?? record.security.readOnlyRoot
            case 24 where key == "allowPrivilegeEscalation":
                record.security.allowPrivilegeEscalation =
                    flag(value, &record) ?? record.security.allowPrivilegeEscalation
            default: shared(key, value, &record)
            }
        }
    }

    private static func shared(_ key: JSONText, _ value: JSONValue, _ record: inout ContainerDeployment) {
        switch key.count {
        case 9 where key == "runAsUser":
            if let user = value.integer {
                record.security.runAsUser = String(user)
                record.security.runAsRoot = user == 0
            } else if value.text != nil {
                record.defects.insert(.wrongType)
            }
        case 12 where key == "runAsNonRoot":
            // The user that is named decides; without one, a container may take back what its pod promises.
            guard record.security.runAsUser == nil, let isNonRoot = flag(value, &record) else { return }
            record.security.runAsRoot = isNonRoot ? false : nil
        case 14 where key == "seccompProfile": record.security.seccomp = profile(value) ?? record.security.seccomp
        case 14 where key == "seLinuxOptions":
            record.security.seLinux = value.pairs.map { "\($0):\($1)" }.joined(separator: ",")
        case 15 where key == "appArmorProfile": record.security.appArmor = profile(value) ?? record.security.appArmor
        case 14 where key == "windowsOptions": windows(value, &record)
        default: break
        }
    }

    /// A host process container is Windows' privileged one.
    private static func windows(_ options: JSONValue, _ record: inout ContainerDeployment) {
        if let isHostProcess = options["hostProcess"].flatMap({ flag($0, &record) }) {
            record.security.privileged = isHostProcess ? true : record.security.privileged
        }
        if let user = options["runAsUserName"]?.string { record.security.runAsUser = user }
    }

    private static func profile(_ value: JSONValue) -> String? {
        guard let type = value["type"]?.text else { return nil }
        if type == "Unconfined" { return "unconfined" }
        if type == "RuntimeDefault" { return "runtime/default" }
        return value["localhostProfile"]?.string.map { "localhost/\($0)" } ?? String(type)
    }

    /// A boolean; the API server refuses one that is written as text.
    private static func flag(_ value: JSONValue, _ record: inout ContainerDeployment) -> Bool? {
        if value.text != nil { record.defects.insert(.wrongType) }
        return value.bool
    }
}
