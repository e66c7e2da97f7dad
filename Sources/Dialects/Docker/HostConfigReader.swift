internal import Deployments
internal import JSON

/// Reads a `HostConfig` (Docker Engine API): what of the host a container is given.
enum HostConfigReader {
    static func apply(_ host: GoObject, to record: inout ContainerDeployment) {
        record.security.privileged = host.bool("Privileged")
        record.security.readOnlyRoot = host.bool("ReadonlyRootfs")
        record.security.capabilitiesAdded = host.strings("CapAdd").map(Capability.init)
        record.security.capabilitiesDropped = host.strings("CapDrop").map(Capability.init)
        record.placement.restartPolicy = host.object("RestartPolicy")?.string("Name").flatMap { $0.isEmpty ? nil : $0 }
        record.container.runtime = host.string("Runtime").flatMap { $0.isEmpty ? nil : $0 }
        applyMounts(host, to: &record)
        applyNamespaces(host, to: &record)
        applySecurityOptions(host, to: &record.security)
        record.host.devices = (host.list("Devices") ?? []).compactMap { GoObject($0).string("PathOnHost") }
        record.host.devices += host.strings("DeviceCgroupRules")
        record.host.ports = host.map("PortBindings").flatMap { entry in
            entry.value.elements.map { Int(GoObject($0).string("HostPort") ?? "") ?? 0 }
        }
        record.container.joins += host.strings("VolumesFrom").map { volumes in
            volumes.split(separator: ":").first.map(String.init) ?? volumes
        }
    }

    private static func applyMounts(_ host: GoObject, to record: inout ContainerDeployment) {
        for bind in host.strings("Binds") { applyBind(bind, to: &record) }
        for mount in host.list("Mounts") ?? [] { applyMount(GoObject(mount), to: &record) }
    }

    /// `source:target[:options]`; a source that is no path is a volume's name.
    private static func applyBind(_ bind: String, to record: inout ContainerDeployment) {
        let parts = bind.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2 else { return }
        let isReadOnly = parts.count > 2 && parts[2].split(separator: ",").contains("ro")
        if parts[0].hasPrefix("/") {
            record.host.mounts.append(.init(source: HostPath(parts[0]), target: parts[1], isReadOnly: isReadOnly))
        } else {
            record.volumes.append(.init(name: parts[0], target: parts[1], isReadOnly: isReadOnly))
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
            if let path = VolumeReader.hostPath(options) {
                record.host.mounts.append(.init(source: path, target: target, isReadOnly: isReadOnly))
            } else if !source.isEmpty {
                record.volumes.append(.init(name: source, target: target, isReadOnly: isReadOnly))
            }
        }
    }

    private static func applyNamespaces(_ host: GoObject, to record: inout ContainerDeployment) {
        let modes: [(StaticString, HostNamespace)] = [
            ("NetworkMode", .network), ("PidMode", .pid), ("IpcMode", .ipc), ("UTSMode", .uts), ("UsernsMode", .user),
            ("CgroupnsMode", .cgroup),
        ]
        for (field, namespace) in modes {
            guard let mode = host.string(field), !mode.isEmpty else { continue }
            if namespace == .network { record.host.networkMode = mode }
            if mode == "host" {
                record.host.namespaces.insert(namespace)
            } else if mode.hasPrefix("container:") {
                record.container.joins.append(String(mode.dropFirst(10)))
            }
        }
    }

    private static func applySecurityOptions(_ host: GoObject, to security: inout Security) {
        for option in host.strings("SecurityOpt") {
            // `=` is today's separator, `:` the old one; both are taken.
            let parts = option.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "=" || $0 == ":" }.map(
                String.init
            )
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
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
    /// The host path behind a local volume's options; nil when there is none.
    ///
    /// `type=none,o=bind,device=/` is a bind by another name; overlay, block devices and kernel file systems reach the
    /// host as well.
    static func hostPath(_ options: [(key: String, value: JSONValue)]) -> HostPath? {
        var device: String?
        for (key, value) in options where key.lowercased() == "device" { device = value.string }
        if let device, device.hasPrefix("/") { return HostPath(device) }
        for (key, value) in options where key.lowercased() == "o" {
            for option in (value.string ?? "").split(separator: ",") {
                for name in ["lowerdir=", "upperdir="] where option.hasPrefix(name) {
                    let path = option.dropFirst(name.count).split(separator: ":").first.map(String.init) ?? ""
                    if path.hasPrefix("/") { return HostPath(path) }
                }
            }
        }
        for (key, value) in options where key.lowercased() == "type" {
            switch value.string {
            case "proc": return HostPath("/proc")
            case "sysfs": return HostPath("/sys")
            case "cgroup", "cgroup2": return HostPath("/sys/fs/cgroup")
            case "devtmpfs": return HostPath("/dev")
            default: break
            }
        }
        return nil
    }
}
