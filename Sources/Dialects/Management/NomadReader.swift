internal import Deployments
internal import JSON

/// Reads Nomad's jobs (https://developer.hashicorp.com/nomad/api-docs/json-jobs).
enum NomadReader {
    static func records(of body: JSONValue, base: ContainerDeployment) -> [ContainerDeployment] {
        guard let job = body["Job"], let groups = job["TaskGroups"] else { return [] }
        return groups.elements.flatMap { group in
            ((group["Tasks"]?.elements).map(Array.init) ?? []).map { record(of: $0, group, job, base) }
        }
    }

    private static func record(
        of task: JSONValue,
        _ group: JSONValue,
        _ job: JSONValue,
        _ base: ContainerDeployment
    ) -> ContainerDeployment {
        var record = base
        record.placement.resourceName = job["ID"]?.string ?? job["Name"]?.string
        record.placement.namespace = job["Namespace"]?.string
        record.placement.replicas = group["Count"]?.integer.map { Int($0) }
        record.placement.schedule = job["Periodic"]?["Spec"]?.string
        record.container.name = task["Name"]?.string
        record.container.runtime = task["Driver"]?.string
        record.process.environment = task["Env"]?.pairs.map { "\($0)=\($1)" } ?? []
        ContainerConfigReader.applyUser(task["User"]?.string, to: &record.security)
        if let config = task["Config"] { apply(config, to: &record) }
        return record
    }

    private static func apply(_ config: JSONValue, to record: inout ContainerDeployment) {
        record.setImage(config["image"]?.string)
        record.process.args =
            (config["entrypoint"]?.strings ?? []) + (config["command"]?.strings ?? []) + (config["args"]?.strings ?? [])
        record.security.privileged = config["privileged"]?.bool
        record.security.readOnlyRoot = config["readonly_rootfs"]?.bool
        record.security.capabilitiesAdded = (config["cap_add"]?.strings ?? []).map(Capability.init)
        record.security.capabilitiesDropped = (config["cap_drop"]?.strings ?? []).map(Capability.init)
        let modes: [(JSONValue?, HostNamespace)] = [
            (config["network_mode"], .network), (config["pid_mode"], .pid), (config["ipc_mode"], .ipc),
            (config["uts_mode"], .uts), (config["userns_mode"], .user),
        ]
        for (mode, namespace) in modes where mode?.string == "host" { record.host.namespaces.insert(namespace) }
        for volume in config["volumes"]?.strings ?? [] { ComposeReader.applyVolume(volume, to: &record) }
        for mount in (config["mount"] ?? config["mounts"]).map({ Array($0.elements) }) ?? [] {
            guard mount["type"]?.string == "bind", let source = mount["source"]?.string, source.hasPrefix("/") else {
                continue
            }
            record.host.mounts.append(
                .init(
                    source: HostPath(source),
                    target: mount["target"]?.string ?? "",
                    isReadOnly: mount["readonly"]?.bool ?? false
                )
            )
        }
        record.host.devices = (config["devices"]?.elements).map { $0.compactMap { $0["host_path"]?.string } } ?? []
    }
}
