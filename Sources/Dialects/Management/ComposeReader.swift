internal import Deployments
internal import JSON

/// Reads a Compose file's services (https://github.com/compose-spec/compose-spec).
enum ComposeReader {
    static func records(of root: JSONValue, base: ContainerDeployment) -> [ContainerDeployment] {
        guard let services = root["services"] else { return [] }
        return services.members.map { name, service in
            var record = base
            record.container.name = service["container_name"]?.string ?? String(name)
            record.setImage(service["image"]?.string)
            record.process.args = (service["entrypoint"]?.strings ?? []) + (service["command"]?.strings ?? [])
            record.process.environment = service["environment"]?.pairs.map { "\($0)=\($1)" } ?? []
            if record.process.environment.isEmpty { record.process.environment = service["environment"]?.strings ?? [] }
            record.security.privileged = service["privileged"]?.bool
            record.security.readOnlyRoot = service["read_only"]?.bool
            record.security.capabilitiesAdded = (service["cap_add"]?.strings ?? []).map(Capability.init)
            record.security.capabilitiesDropped = (service["cap_drop"]?.strings ?? []).map(Capability.init)
            record.placement.restartPolicy = service["restart"]?.string
            ContainerConfigReader.applyUser(service["user"]?.string, to: &record.security)
            if service["network_mode"]?.string == "host" { record.host.namespaces.insert(.network) }
            if service["pid"]?.string == "host" { record.host.namespaces.insert(.pid) }
            if service["ipc"]?.string == "host" { record.host.namespaces.insert(.ipc) }
            if service["userns_mode"]?.string == "host" { record.host.namespaces.insert(.user) }
            for volume in (service["volumes"]?.elements).map(Array.init) ?? [] {
                if let text = volume.string {
                    applyVolume(text, to: &record)
                } else if volume["type"]?.string == "bind", let source = volume["source"]?.string, source.hasPrefix("/")
                {
                    record.host.mounts.append(
                        .init(
                            source: HostPath(source),
                            target: volume["target"]?.string ?? "",
                            isReadOnly: volume["read_only"]?.bool ?? false
                        )
                    )
                }
            }
            record.host.devices = (service["devices"]?.strings ?? []).compactMap {
                $0.split(separator: ":").first.map(String.init)
            }
            return record
        }
    }

    /// `source:target[:mode]`.
    static func applyVolume(_ text: String, to record: inout ContainerDeployment) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count > 1, parts[0].hasPrefix("/") else { return }
        let isReadOnly = parts.count > 2 && parts[2].split(separator: ",").contains("ro")
        record.host.mounts.append(.init(source: HostPath(parts[0]), target: parts[1], isReadOnly: isReadOnly))
    }
}
