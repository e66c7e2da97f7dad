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

    private static func applyBind(_ text: String, to record: inout ContainerDeployment) {
        guard let bind = BindSpecification(text) else { return }
        switch bind.source {
        case .path(let path):
            record.host.mounts.append(
                .init(source: HostPath(path), target: bind.target, isReadOnly: bind.isReadOnly)
            )
        case .volume(let name), .doubtful(let name):
            record.volumes.append(.init(name: name, target: bind.target, isReadOnly: bind.isReadOnly))
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
            let options = VolumeOptions(of: mount.object("VolumeOptions")?.object("DriverConfig"), "Options")
            let paths = options.hostPaths
            if !paths.isEmpty {
                let isReadOnly = isReadOnly || options.isReadOnly
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
            } else if let other = NamespaceMode.container(in: mode) {
                record.container.joins.append(other)
                joins.namespaces.append(.init(namespace: namespace, container: other))
            }
        }
    }

    private static func applySecurityOptions(_ host: GoObject, to security: inout Security) {
        for text in host.strings("SecurityOpt") {
            let option = SecurityOption(text)
            let value = option.value ?? ""
            switch option.name {
            case "seccomp": security.seccomp = value.hasPrefix("{") ? "custom" : value
            case "apparmor": security.appArmor = value
            case "label": security.seLinux = security.seLinux.map { "\($0),\(value)" } ?? value
            case "no-new-privileges": security.allowPrivilegeEscalation = value == "false"
            case "systempaths": if value == "unconfined" { security.procMount = "unmasked" }
            // Podman's word for it.
            case "unmask": security.procMount = "unmasked"
            default: break
            }
        }
        // An empty list unmasks; null, or none at all, leaves the defaults.
        if let masked = host.list("MaskedPaths"), masked.isEmpty { security.procMount = "unmasked" }
    }
}

extension VolumeOptions {
    /// The options in a map of an object's.
    init(of object: GoObject?, _ names: StaticString...) {
        self.init(names.flatMap { object?.map($0) ?? [] }.map { ($0.key, $0.value.string ?? "") })
    }
}
