internal import Deployments
internal import JSON

/// Reads a `HostConfig` (Docker Engine API): what of the host a container is given.
enum HostConfigReader {
    /// Reads a body that is a `HostConfig`.
    static func apply(_ host: GoObject, to record: inout ContainerDeployment) -> ContainerJoins {
        record.defects.formUnion(host.nestedDefects)
        return read(host, to: &record)
    }

    private static let fields: [(StaticString, GoType)] = [
        ("Privileged", .bool), ("ReadonlyRootfs", .bool), ("CapAdd", .stringOrStrings), ("CapDrop", .stringOrStrings),
        ("RestartPolicy", .object), ("Runtime", .string), ("Devices", .objects), ("DeviceCgroupRules", .strings),
        ("PortBindings", .object), ("VolumesFrom", .strings), ("Binds", .strings), ("Mounts", .objects),
        ("NetworkMode", .string), ("PidMode", .string), ("IpcMode", .string), ("UTSMode", .string),
        ("UsernsMode", .string), ("CgroupnsMode", .string), ("SecurityOpt", .strings), ("MaskedPaths", .strings),
        ("ReadonlyPaths", .strings), ("AutoRemove", .bool), ("Memory", .integer),
    ]

    /// - Returns: the other containers that it joins.
    static func read(_ host: GoObject, to record: inout ContainerDeployment) -> ContainerJoins {
        var joins = ContainerJoins()
        record.defects.formUnion(host.typeDefects(of: fields))
        record.security.privileged = host.bool("Privileged")
        record.security.readOnlyRoot = host.bool("ReadonlyRootfs")
        record.security.capabilitiesAdded = host.strings("CapAdd").map(Capability.init)
        record.security.capabilitiesDropped = host.strings("CapDrop").map(Capability.init)
        record.placement.restartPolicy = host.object("RestartPolicy")?.string("Name").flatMap { $0.isEmpty ? nil : $0 }
        record.container.runtime = host.string("Runtime").flatMap { $0.isEmpty ? nil : $0 }
        applyMounts(host, to: &record)
        applyNamespaces(host, to: &record, &joins)
        applySecurityOptions(host, to: &record.security)
        record.host.devices = (host.list("Devices") ?? []).compactMap { GoObject($0).string("PathOnHost") }
        record.host.devices += host.strings("DeviceCgroupRules")
        record.host.ports = host.map("PortBindings").flatMap { entry in
            entry.value.elements.map { Int(GoObject($0).string("HostPort") ?? "") ?? 0 }
        }
        joins.volumesFrom = host.strings("VolumesFrom").map { volumes in
            volumes.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1).first.map { String(text: $0) } ?? volumes
        }
        record.container.joins += joins.volumesFrom
        return joins
    }

    private static func applyMounts(_ host: GoObject, to record: inout ContainerDeployment) {
        for bind in host.strings("Binds") { applyBind(bind, to: &record) }
        for mount in host.list("Mounts") ?? [] { applyMount(GoObject(mount), to: &record) }
    }

    /// `source:target[:options]`; a source that is no path is a volume's name.
    private static func applyBind(_ bind: String, to record: inout ContainerDeployment) {
        let parts = bind.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return }
        let (source, target) = (String(text: parts[0]), String(text: parts[1]))
        let isReadOnly = parts.count > 2 && VolumeReader.options(parts[2]).contains("ro")
        if source.utf8.first == UInt8(ascii: "/") {
            record.host.mounts.append(.init(source: HostPath(source), target: target, isReadOnly: isReadOnly))
        } else {
            record.volumes.append(.init(name: source, target: target, isReadOnly: isReadOnly))
        }
    }

    static func applyMount(_ mount: GoObject, to record: inout ContainerDeployment) {
        let source = mount.string("Source") ?? ""
        let target = mount.string("Target") ?? ""
        let isReadOnly = mount.bool("ReadOnly") ?? false
        switch mount.string("Type")?.lowercased() {
        case "bind", "npipe":
            record.host.mounts.append(.init(source: HostPath(source), target: target, isReadOnly: isReadOnly))
        case "tmpfs", "image", "cluster": break
        default:
            let options = mount.object("VolumeOptions")?.object("DriverConfig")?.map("Options") ?? []
            let paths = VolumeReader.hostPaths(options)
            if !paths.isEmpty {
                let isReadOnly = isReadOnly || VolumeReader.isReadOnly(options)
                record.host.mounts += paths.map { .init(source: $0, target: target, isReadOnly: isReadOnly) }
            } else if !source.isEmpty {
                record.volumes.append(.init(name: source, target: target, isReadOnly: isReadOnly))
            }
        }
    }

    private static let modes: [(StaticString, HostNamespace)] = [
        ("NetworkMode", .network), ("PidMode", .pid), ("IpcMode", .ipc), ("UTSMode", .uts), ("UsernsMode", .user),
        ("CgroupnsMode", .cgroup),
    ]

    private static func applyNamespaces(
        _ host: GoObject,
        to record: inout ContainerDeployment,
        _ joins: inout ContainerJoins
    ) {
        for (field, namespace) in modes {
            guard let mode = host.string(field), !mode.isEmpty else { continue }
            if namespace == .network { record.host.networkMode = mode }
            if mode == "host" {
                record.host.namespaces.insert(namespace)
            } else if mode.hasPrefix("container:") {
                let other = String(mode.dropFirst(10))
                record.container.joins.append(other)
                joins.namespaces.append(.init(namespace: namespace, container: other))
            }
        }
    }

    private static func applySecurityOptions(_ host: GoObject, to security: inout Security) {
        for option in host.strings("SecurityOpt") {
            // `=` is today's separator, `:` the old one; both are taken.
            let name = option.utf8.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ":") }
            let value = String(text: option.utf8[name.endIndex...].dropFirst())
            switch Substring(name) {
            case "seccomp": security.seccomp = value.hasPrefix("{") ? "custom" : value
            case "apparmor": security.appArmor = value
            case "label": security.seLinux = security.seLinux.map { "\($0),\(value)" } ?? value
            case "no-new-privileges": security.allowPrivilegeEscalation = value == "false"
            case "systempaths": if value == "unconfined" { security.procMount = "unmasked" }
            default: break
            }
        }
        // An empty list unmasks; null, or none at all, leaves the defaults.
        if let masked = host.list("MaskedPaths"), masked.isEmpty { security.procMount = "unmasked" }
    }
}

/// Reads volumes: the paths of the host that their driver options lead to.
enum VolumeReader {
    /// The host paths behind a local volume's options; none where they lead nowhere on the host.
    ///
    /// `type=none,o=bind,device=/` is a bind by another name; overlay, block devices and kernel file systems reach the
    /// host as well. Network file systems do not, though their devices may look like paths.
    static func hostPaths(_ options: [(key: String, value: JSONValue)]) -> [HostPath] {
        let type = value("type", options) ?? ""
        if type.hasPrefix("nfs") || type.hasPrefix("cifs") || type.hasPrefix("smb") || type == "tmpfs" { return [] }
        if let device = value("device", options), device.hasPrefix("/") { return [HostPath(device)] }
        let layers = mountOptions(options).filter { $0.hasPrefix("lowerdir=") || $0.hasPrefix("upperdir=") }
            .flatMap { $0.drop { $0 != "=" }.dropFirst().split(separator: ":") }
            .filter { $0.hasPrefix("/") }
        if !layers.isEmpty { return layers.map { HostPath(String($0)) } }
        return switch type {
        case "proc": [HostPath("/proc")]
        case "sysfs": [HostPath("/sys")]
        case "cgroup", "cgroup2": [HostPath("/sys/fs/cgroup")]
        case "devtmpfs": [HostPath("/dev")]
        default: []
        }
    }

    static func isReadOnly(_ options: [(key: String, value: JSONValue)]) -> Bool {
        mountOptions(options).contains("ro")
    }

    private static func mountOptions(_ options: [(key: String, value: JSONValue)]) -> [Substring] {
        value("o", options).map { self.options($0.utf8[...]) } ?? []
    }

    /// Options as `mount` takes them, separated by commas.
    static func options(_ text: Substring.UTF8View) -> [Substring] {
        text.split(separator: UInt8(ascii: ",")).map { Substring($0) }
    }

    private static func value(_ name: String, _ options: [(key: String, value: JSONValue)]) -> String? {
        options.last { $0.key.lowercased() == name }?.value.string
    }
}
