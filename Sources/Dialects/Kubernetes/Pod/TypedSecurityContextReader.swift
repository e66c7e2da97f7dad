internal import JSON

/// Reads security contexts' typed form; what is not written stays as it is.
enum TypedSecurityContextReader {
    typealias Failure = PodReadingError

    static func read(pod value: JSONValue, _ path: String, into context: inout PodSecurityContext) throws(Failure) {
        context.shared.path = path
        for (key, member) in try StrictJSON.members(value, path) {
            guard key == "sysctls" else {
                try readShared(key, member, into: &context.shared)
                continue
            }
            context.sysctls = []
            for (index, sysctl) in try StrictJSON.elements(member, "\(path).sysctls").enumerated() {
                let place = "\(path).sysctls[\(index)]"
                var name = Placed("", at: "\(place).name")
                for (key, value) in try StrictJSON.members(sysctl, place) where key == "name" {
                    name.value = try StrictJSON.string(value, name.path) ?? ""
                }
                context.sysctls.append(name)
            }
        }
    }

    static func read(container value: JSONValue, into context: inout ContainerSecurityContext) throws(Failure) {
        let path = context.shared.path
        for (key, member) in try StrictJSON.members(value, path) {
            switch key.count {
            case 9 where key == "procMount":
                context.procMount = try StrictJSON.string(member, "\(path).procMount") ?? context.procMount
            case 10 where key == "privileged":
                context.privileged = try StrictJSON.bool(member, "\(path).privileged") ?? context.privileged
            case 12 where key == "capabilities":
                for (name, list) in try StrictJSON.members(member, "\(path).capabilities") {
                    if name == "add" {
                        context.capabilitiesAdded = try StrictJSON.strings(list, "\(path).capabilities.add")
                    } else if name == "drop" {
                        context.capabilitiesDropped = try StrictJSON.strings(list, "\(path).capabilities.drop")
                    }
                }
            case 24 where key == "allowPrivilegeEscalation":
                context.allowPrivilegeEscalation =
                    try StrictJSON.bool(member, "\(path).allowPrivilegeEscalation") ?? context.allowPrivilegeEscalation
            default: try readShared(key, member, into: &context.shared)
            }
        }
    }

    private static func readShared(
        _ key: JSONText,
        _ value: JSONValue,
        into context: inout SharedSecurityContext
    ) throws(Failure) {
        let path = context.path
        switch key.count {
        case 9 where key == "runAsUser":
            context.runAsUser = try StrictJSON.int64(value, "\(path).runAsUser") ?? context.runAsUser
        case 12 where key == "runAsNonRoot":
            context.runAsNonRoot = try StrictJSON.bool(value, "\(path).runAsNonRoot") ?? context.runAsNonRoot
        case 14 where key == "seccompProfile":
            context.seccompType = try profile(value, "\(path).seccompProfile") ?? context.seccompType
        case 15 where key == "appArmorProfile":
            context.appArmorType = try profile(value, "\(path).appArmorProfile") ?? context.appArmorType
        case 14 where key == "seLinuxOptions":
            context.seLinuxOptions = try seLinux(value, "\(path).seLinuxOptions") ?? context.seLinuxOptions
        case 14 where key == "windowsOptions":
            for (name, flag) in try StrictJSON.members(value, "\(path).windowsOptions") where name == "hostProcess" {
                context.hostProcess =
                    try StrictJSON.bool(flag, "\(path).windowsOptions.hostProcess") ?? context.hostProcess
            }
        default: break
        }
    }

    /// The type of a profile, empty where it names none.
    private static func profile(_ value: JSONValue, _ path: String) throws(Failure) -> String? {
        if value.isNull { return nil }
        var type = ""
        for (key, member) in try StrictJSON.members(value, path) where key == "type" {
            type = try StrictJSON.string(member, "\(path).type") ?? ""
        }
        return type
    }

    private static func seLinux(
        _ value: JSONValue,
        _ path: String
    ) throws(Failure) -> SharedSecurityContext.SELinuxOptions? {
        if value.isNull { return nil }
        var options = SharedSecurityContext.SELinuxOptions()
        for (key, member) in try StrictJSON.members(value, path) where key.count == 4 {
            if key == "user" {
                options.user = try StrictJSON.string(member, "\(path).user") ?? ""
            } else if key == "role" {
                options.role = try StrictJSON.string(member, "\(path).role") ?? ""
            } else if key == "type" {
                options.type = try StrictJSON.string(member, "\(path).type") ?? ""
            }
        }
        return options
    }
}
