internal import Deployments
internal import JSON

/// Reads what the daemon answers of a thing that an event speaks of (Docker Engine API: ContainerInspect, ExecInspect,
/// ServiceInspect) into the event's record: the same reading as that of the request that made it.
enum DockerInspection {
    /// Fills in what the inspection shows; the record is left as it was where it cannot be read.
    static func apply(_ inspection: JSONValue, to record: inout ContainerDeployment) throws(ReadingRefusal) {
        switch record.event.action {
        case .containerCreate, .containerStart, .containerUpdate: try apply(container: inspection, to: &record)
        case .containerExec: try apply(exec: inspection, to: &record)
        case .serviceCreate, .serviceUpdate: try apply(service: inspection, to: &record)
        default: return
        }
        record.visibility = .full
    }

    private static func apply(
        container inspection: JSONValue,
        to record: inout ContainerDeployment
    ) throws(ReadingRefusal) {
        let container = try InspectedContainer(Array(inspection.jsonText.utf8))
        // A name is given anew once its container is gone; an id never.
        guard record.container.id == nil || record.container.id == container.id else {
            throw ReadingRefusal(place: "Id", "it is another container's")
        }
        record.container.id = container.id
        record.container.name = container.name ?? record.container.name
        let labels = record.container.labels
        _ = container.create.withJSON { ContainerConfigReader.apply(GoObject($0), to: &record) }
        // What nobody asked for stands there, too: with version 1 of control groups the host's namespace, always.
        record.host.namespaces.remove(.cgroup)
        // It labels no container that is privileged or shares the host's processes or memory (moby `daemon/create.go`,
        // `generateSecurityOpt`), which is said by those already.
        let isUnlabelled =
            record.security.privileged == true || !record.host.namespaces.isDisjoint(with: [.pid, .ipc])
        if isUnlabelled, record.security.seLinux == "disable" { record.security.seLinux = nil }
        if record.container.labels.isEmpty { record.container.labels = labels }
        record.container.labels.sort()
        // The image's own id; the reference may stand for another one soon.
        if let image = inspection["Image"]?.string, image.hasPrefix("sha256:"),
            !record.container.imageHashes.contains(image)
        {
            record.container.imageHashes.append(image)
        }
    }

    private static func apply(exec inspection: JSONValue, to record: inout ContainerDeployment) throws(ReadingRefusal) {
        guard let process = inspection["ProcessConfig"], process.isObject else {
            throw ReadingRefusal(place: "ProcessConfig", "it does not show what is run")
        }
        let words = [process["entrypoint"]?.string].compactMap(\.self) + (process["arguments"]?.strings ?? [])
        if !words.isEmpty { record.process.args = words }
        record.security.privileged = process["privileged"]?.bool
        ContainerConfigReader.applyUser(process["user"]?.string, to: &record.security)
    }

    private static func apply(
        service inspection: JSONValue,
        to record: inout ContainerDeployment
    ) throws(ReadingRefusal) {
        guard let spec = inspection["Spec"], spec.isObject else {
            throw ReadingRefusal(place: "Spec", "it does not show what the service runs")
        }
        record.route = .swarm
        ServiceSpecReader.apply(GoObject(spec), to: &record)
    }
}
