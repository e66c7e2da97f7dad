internal import Deployments
internal import JSON

/// Reads Podman's own form of a create (libpod `SpecGenerator`, `POST /libpod/containers/create`).
enum SpecGeneratorReader {
    static func apply(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.nestedDefects)
        record.container.name = body.string("name") ?? record.container.name
        record.setImage(body.string("image"))
        record.process.args = body.strings("entrypoint") + body.strings("command")
        record.process.environment = body.assignments("env")
        record.process.workingDirectory = body.string("work_dir")
        record.container.labels = body.assignments("labels")
        record.placement.restartPolicy = body.string("restart_policy")
        record.security.privileged = body.bool("privileged")
        record.security.readOnlyRoot = body.bool("read_only_filesystem")
        record.security.capabilitiesAdded = body.strings("cap_add").map(Capability.init)
        record.security.capabilitiesDropped = body.strings("cap_drop").map(Capability.init)
        record.security.seccomp = body.string("seccomp_profile_path")
        record.security.appArmor = body.string("apparmor_profile")
        record.security.seLinux = body.strings("selinux_opts").first
        record.security.allowPrivilegeEscalation = body.bool("no_new_privileges").map { !$0 }
        if !body.strings("unmask").isEmpty { record.security.procMount = "unmasked" }
        ContainerConfigReader.applyUser(body.string("user"), to: &record.security)
        applyHost(body, to: &record)
    }

    private static func applyHost(_ body: GoObject, to record: inout ContainerDeployment) {
        let namespaces: [(StaticString, HostNamespace)] = [
            ("netns", .network), ("pidns", .pid), ("ipcns", .ipc), ("utsns", .uts), ("userns", .user),
            ("cgroupns", .cgroup),
        ]
        for (field, namespace) in namespaces {
            guard let space = body.object(field) else { continue }
            let mode = space.string("nsmode")
            if mode == "host" { record.host.namespaces.insert(namespace) }
            if mode == "container", let other = space.string("value") { record.container.joins.append(other) }
        }
        for mount in body.list("mounts") ?? [] {
            let mount = GoObject(mount)
            guard let source = mount.string("source"), source.hasPrefix("/") else { continue }
            let options = mount.strings("options")
            record.host.mounts.append(
                .init(
                    source: HostPath(source),
                    target: mount.string("destination") ?? "",
                    isReadOnly: options.contains("ro")
                )
            )
        }
        for volume in body.list("overlay_volumes") ?? [] {
            let volume = GoObject(volume)
            guard let source = volume.string("source"), source.hasPrefix("/") else { continue }
            // What is written stays in the overlay.
            record.host.mounts.append(
                .init(source: HostPath(source), target: volume.string("destination") ?? "", isReadOnly: true)
            )
        }
        if let root = body.string("rootfs"), root.hasPrefix("/") {
            let isOverlay = body.bool("rootfs_overlay") == true
            record.host.mounts.append(.init(source: HostPath(root), target: "/", isReadOnly: isOverlay))
        }
        for volume in body.list("volumes") ?? [] {
            let volume = GoObject(volume)
            guard let name = volume.string("Name"), let target = volume.string("Dest") else { continue }
            let isReadOnly = volume.strings("Options").contains("ro")
            record.volumes.append(.init(name: name, target: target, isReadOnly: isReadOnly))
        }
        record.host.devices = (body.list("devices") ?? []).compactMap { GoObject($0).string("path") }
        record.host.ports = (body.list("portmappings") ?? []).compactMap { GoObject($0).integer("host_port") }
        record.container.joins += body.strings("volumes_from").compactMap {
            $0.split(separator: ":").first.map(String.init)
        }
    }
}
