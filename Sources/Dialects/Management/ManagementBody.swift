internal import Deployments
internal import JSON

/// Reads the bodies that dashboards and orchestrators send: most hold Kubernetes templates somewhere, some have a form
/// of their own.
enum ManagementBody {
    static func records(of body: JSONValue, route: Route, base: ContainerDeployment) -> [ContainerDeployment] {
        switch route {
        case .kubernetesDashboard where body["containerImage"] != nil: return [dashboard(body, base)]
        case .kubeflowNotebooks: return [notebook(body, base)]
        case .marathon: return marathon(body, base)
        case .nomad: return nomad(body, base)
        case .portainer:
            if let stack = (body["stackFileContent"] ?? body["StackFileContent"])?.string {
                return compose(stack, base)
            }
        default: break
        }
        return WorkloadReader.records(of: body, base: base)
    }

    /// Kubernetes Dashboard's form (AppDeploymentSpec).
    private static func dashboard(_ body: JSONValue, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        record.setImage(body["containerImage"]?.string)
        record.container.name = body["name"]?.string
        record.placement.resourceName = body["name"]?.string
        record.placement.resourceType = "deployment"
        record.placement.namespace = body["namespace"]?.string ?? record.placement.namespace
        record.placement.replicas = body["replicas"]?.integer.map { Int($0) }
        record.security.privileged = body["runAsPrivileged"]?.bool
        record.process.args = (body["containerCommand"]?.strings ?? []) + (body["containerCommandArgs"]?.strings ?? [])
        record.process.environment =
            (body["variables"]?.elements).map { variables in
                variables.compactMap { entry in entry["name"]?.string.map { "\($0)=\(entry["value"]?.string ?? "")" } }
            } ?? []
        return record
    }

    /// Kubeflow's notebook form.
    private static func notebook(_ body: JSONValue, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        let custom = body["customImage"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let isCustom = body["customImageCheck"]?.bool ?? (custom != nil)
        record.setImage(isCustom ? custom ?? body["image"]?.string : body["image"]?.string)
        record.container.name = body["name"]?.string
        record.placement.resourceName = body["name"]?.string
        record.placement.resourceType = "notebook"
        record.placement.namespace = body["namespace"]?.string ?? record.placement.namespace
        return record
    }

    private static func marathon(_ body: JSONValue, _ base: ContainerDeployment) -> [ContainerDeployment] {
        if body.isArray { return body.elements.flatMap { marathon($0, base) } }
        let nested = (body["apps"]?.elements).map { $0.flatMap { marathon($0, base) } } ?? []
        let groups = (body["groups"]?.elements).map { $0.flatMap { marathon($0, base) } } ?? []
        if !nested.isEmpty || !groups.isEmpty { return nested + groups }
        if let containers = body["containers"] {
            return containers.elements.map { container in
                var record = base
                record.setImage(container["image"]?["id"]?.string)
                record.container.name = container["name"]?.string
                record.process.args = container["exec"]?["command"]?["shell"]?.string.map { ["sh", "-c", $0] } ?? []
                return record
            }
        }
        var record = base
        record.placement.resourceName = body["id"]?.string
        record.placement.replicas = body["instances"]?.integer.map { Int($0) }
        record.process.args = body["cmd"]?.string.map { ["sh", "-c", $0] } ?? body["args"]?.strings ?? []
        guard let container = body["container"] else { return [record] }
        let docker = container["docker"]
        record.setImage(docker?["image"]?.string)
        record.security.privileged = docker?["privileged"]?.bool
        if docker?["network"]?.string == "HOST" { record.host.namespaces.insert(.network) }
        record.host.mounts =
            (container["volumes"]?.elements).map { volumes in
                volumes.compactMap { volume in
                    guard let path = volume["hostPath"]?.string, path.hasPrefix("/") else { return nil }
                    return .init(
                        source: HostPath(path),
                        target: volume["containerPath"]?.string ?? "",
                        isReadOnly: volume["mode"]?.string == "RO"
                    )
                }
            } ?? []
        for parameter in (docker?["parameters"]?.elements).map(Array.init) ?? [] {
            let value = parameter["value"]?.string ?? ""
            switch parameter["key"]?.string {
            case "privileged": record.security.privileged = value == "true"
            case "cap-add": record.security.capabilitiesAdded.append(Capability(value))
            case "pid": if value == "host" { record.host.namespaces.insert(.pid) }
            case "volume":
                let parts = value.split(separator: ":").map(String.init)
                if parts.count > 1, parts[0].hasPrefix("/") {
                    record.host.mounts.append(
                        .init(source: HostPath(parts[0]), target: parts[1], isReadOnly: parts.last == "ro")
                    )
                }
            default: break
            }
        }
        return [record]
    }

    private static func nomad(_ body: JSONValue, _ base: ContainerDeployment) -> [ContainerDeployment] {
        guard let job = body["Job"], let groups = job["TaskGroups"] else { return [] }
        return groups.elements.flatMap { group in
            ((group["Tasks"]?.elements).map(Array.init) ?? []).map { task in
                var record = base
                record.placement.resourceName = job["ID"]?.string ?? job["Name"]?.string
                record.placement.namespace = job["Namespace"]?.string
                record.placement.replicas = group["Count"]?.integer.map { Int($0) }
                record.container.name = task["Name"]?.string
                record.container.runtime = task["Driver"]?.string
                record.process.environment = task["Env"]?.pairs.map { "\($0)=\($1)" } ?? []
                ContainerConfigReader.applyUser(task["User"]?.string, to: &record.security)
                guard let config = task["Config"] else { return record }
                record.setImage(config["image"]?.string)
                record.process.args = (config["command"]?.strings ?? []) + (config["args"]?.strings ?? [])
                record.security.privileged = config["privileged"]?.bool
                record.security.capabilitiesAdded = (config["cap_add"]?.strings ?? []).map(Capability.init)
                if config["network_mode"]?.string == "host" { record.host.namespaces.insert(.network) }
                if config["pid_mode"]?.string == "host" { record.host.namespaces.insert(.pid) }
                if config["ipc_mode"]?.string == "host" { record.host.namespaces.insert(.ipc) }
                for volume in config["volumes"]?.strings ?? [] {
                    ComposeReader.applyVolume(volume, to: &record)
                }
                return record
            }
        }
    }

    private static func compose(_ text: String, _ base: ContainerDeployment) -> [ContainerDeployment] {
        guard let json = YAMLReader.json(fromEmbedded: text) else { return [] }
        let found = try? JSONParser(maximumBytes: 4 << 20).withDocument(json) { root in
            root["services"] == nil
                ? WorkloadReader.records(of: root, base: base) : ComposeReader.records(of: root, base: base)
        }
        return found ?? []
    }
}

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
