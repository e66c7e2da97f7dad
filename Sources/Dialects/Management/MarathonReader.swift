internal import Deployments
internal import JSON

/// Reads Marathon's applications, groups and pods (https://mesosphere.github.io/marathon/api-console/).
enum MarathonReader {
    static func records(of body: JSONValue, base: ContainerDeployment, depth: Int = 0) -> [ContainerDeployment] {
        guard depth < 16 else { return [] }
        func inner(_ list: JSONValue?) -> [ContainerDeployment] {
            (list?.elements).map { $0.flatMap { records(of: $0, base: base, depth: depth + 1) } } ?? []
        }
        if body.isArray { return inner(body) }
        let grouped = inner(body["apps"]) + inner(body["groups"])
        if !grouped.isEmpty { return grouped }
        if let containers = body["containers"] {
            return containers.elements.map { podContainer($0, body, base) }
        }
        return [application(body, base)]
    }

    private static func podContainer(
        _ container: JSONValue,
        _ pod: JSONValue,
        _ base: ContainerDeployment
    ) -> ContainerDeployment {
        var record = base
        record.placement.resourceName = pod["id"]?.string
        record.setImage(container["image"]?["id"]?.string)
        record.container.name = container["name"]?.string
        record.process.args = container["exec"]?["command"]?["shell"]?.string.map { ["sh", "-c", $0] } ?? []
        ContainerConfigReader.applyUser((container["user"] ?? pod["user"])?.string, to: &record.security)
        return record
    }

    private static func application(_ body: JSONValue, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        record.placement.resourceName = body["id"]?.string
        record.container.name = body["id"]?.string
        record.placement.replicas = body["instances"]?.integer.map { Int($0) }
        record.process.args = body["cmd"]?.string.map { ["sh", "-c", $0] } ?? body["args"]?.strings ?? []
        record.process.environment = body["env"]?.pairs.map { "\($0)=\($1)" } ?? []
        ContainerConfigReader.applyUser(body["user"]?.string, to: &record.security)
        guard let container = body["container"] else { return record }
        let docker = container["docker"]
        record.setImage(docker?["image"]?.string)
        record.security.privileged = docker?["privileged"]?.bool
        if docker?["network"]?.string?.uppercased() == "HOST" { record.host.namespaces.insert(.network) }
        for network in (body["networks"]?.elements).map(Array.init) ?? [] where network["mode"]?.string == "host" {
            record.host.namespaces.insert(.network)
        }
        for volume in (container["volumes"]?.elements).map(Array.init) ?? [] {
            guard let path = volume["hostPath"]?.string, path.hasPrefix("/") else { continue }
            record.host.mounts.append(
                .init(
                    source: HostPath(path),
                    target: volume["containerPath"]?.string ?? "",
                    isReadOnly: volume["mode"]?.string == "RO"
                )
            )
        }
        for parameter in (docker?["parameters"]?.elements).map(Array.init) ?? [] {
            apply(parameter["key"]?.string ?? "", parameter["value"]?.string ?? "", to: &record)
        }
        return record
    }

    /// Options of `docker run`, as Marathon passes them on.
    private static func apply(_ option: String, _ value: String, to record: inout ContainerDeployment) {
        switch option {
        case "privileged": record.security.privileged = value == "true"
        case "cap-add": record.security.capabilitiesAdded.append(Capability(value))
        case "pid": if value == "host" { record.host.namespaces.insert(.pid) }
        case "ipc": if value == "host" { record.host.namespaces.insert(.ipc) }
        case "net", "network": if value == "host" { record.host.namespaces.insert(.network) }
        case "device": record.host.devices.append(value.split(separator: ":").first.map(String.init) ?? value)
        case "user": ContainerConfigReader.applyUser(value, to: &record.security)
        case "volume": ComposeReader.applyVolume(value, to: &record)
        default: break
        }
    }
}
