internal import Deployments
internal import JSON

/// Reads security contexts: the pod's first, then the container's, whose fields win.
///
/// Fields: Kubernetes API reference, PodSecurityContext and SecurityContext v1 core.
enum SecurityContextReader {
    /// What the pod's context says for every container that says nothing itself.
    static func apply(pod context: JSONValue, to security: inout Security) {
        shared(context, &security)
    }

    /// What the container's own context says.
    static func apply(container context: JSONValue, to security: inout Security) {
        shared(context, &security)
        for (key, value) in context.members {
            switch key.count {
            case 9 where key == "procMount": security.procMount = value.string?.lowercased()
            case 10 where key == "privileged": security.privileged = value.bool ?? security.privileged
            case 12 where key == "capabilities":
                security.capabilitiesAdded = (value["add"]?.strings ?? []).map(Capability.init)
                security.capabilitiesDropped = (value["drop"]?.strings ?? []).map(Capability.init)
            case 22 where key == "readOnlyRootFilesystem": security.readOnlyRoot = value.bool ?? security.readOnlyRoot
            case 24 where key == "allowPrivilegeEscalation":
                security.allowPrivilegeEscalation = value.bool ?? security.allowPrivilegeEscalation
            default: break
            }
        }
    }

    private static func shared(_ context: JSONValue, _ security: inout Security) {
        for (key, value) in context.members {
            switch key.count {
            case 9 where key == "runAsUser":
                if let user = value.integer {
                    security.runAsUser = String(user)
                    security.runAsRoot = user == 0
                }
            case 12 where key == "runAsNonRoot":
                if value.bool == true, security.runAsUser != "0" { security.runAsRoot = false }
            case 14 where key == "seccompProfile": security.seccomp = profile(value) ?? security.seccomp
            case 14 where key == "seLinuxOptions":
                security.seLinux = value.pairs.map { "\($0):\($1)" }.joined(separator: ",")
            case 15 where key == "appArmorProfile": security.appArmor = profile(value) ?? security.appArmor
            case 14 where key == "windowsOptions":
                if value["hostProcess"]?.bool == true { security.privileged = true }
            default: break
            }
        }
    }

    private static func profile(_ value: JSONValue) -> String? {
        guard let type = value["type"]?.text else { return nil }
        if type == "Unconfined" { return "unconfined" }
        if type == "RuntimeDefault" { return "runtime/default" }
        return value["localhostProfile"]?.string.map { "localhost/\($0)" } ?? String(type)
    }
}
