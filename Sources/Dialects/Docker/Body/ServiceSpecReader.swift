internal import Deployments
internal import JSON

/// Reads a Swarm service (Docker Engine API, ServiceSpec).
enum ServiceSpecReader {
    static func apply(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.nestedDefects)
        record.placement.orchestratorType = "swarm"
        record.placement.resourceType = "service"
        record.placement.resourceName = body.string("Name") ?? record.placement.resourceName
        record.placement.replicas = body.object("Mode")?.object("Replicated")?.integer("Replicas")
        guard let task = body.object("TaskTemplate") else { return }
        record.placement.nodeSelector = task.object("Placement")?.strings("Constraints") ?? []
        record.placement.restartPolicy = task.object("RestartPolicy")?.string("Condition")
        let networks = (task.list("Networks") ?? []) + (body.list("Networks") ?? [])
        if networks.contains(where: { GoObject($0).string("Target") == "host" }) {
            record.host.namespaces.insert(.network)
        }
        for port in body.object("EndpointSpec")?.list("Ports") ?? [] {
            let port = GoObject(port)
            if let published = port.integer("PublishedPort") { record.host.ports.append(published) }
        }
        guard let container = task.object("ContainerSpec") else { return }
        record.setImage(container.string("Image"))
        record.process.args = container.strings("Command") + container.strings("Args")
        record.process.environment = container.strings("Env")
        record.process.workingDirectory = container.string("Dir")
        record.container.labels = container.assignments("Labels")
        record.security.readOnlyRoot = container.bool("ReadOnly")
        record.security.capabilitiesAdded = container.strings("CapabilityAdd").map(Capability.init)
        record.security.capabilitiesDropped = container.strings("CapabilityDrop").map(Capability.init)
        ContainerConfigReader.applyUser(container.string("User"), to: &record.security)
        for mount in container.list("Mounts") ?? [] { HostConfigReader.applyMount(GoObject(mount), to: &record) }
        if let privileges = container.object("Privileges") {
            if privileges.object("SELinuxContext")?.bool("Disable") == true { record.security.seLinux = "disable" }
            if privileges.object("Seccomp")?.string("Mode") == "unconfined" { record.security.seccomp = "unconfined" }
            if privileges.object("AppArmor")?.string("Mode") == "disabled" { record.security.appArmor = "unconfined" }
        }
    }
}
