internal import Deployments
internal import JSON

/// Reads Docker's events: `docker events --format json` and the Engine API's `/events` stream.
///
/// They hold image, name and labels of a container, not its command, mounts or privileges; those are read of the
/// daemon's inspection, where whoever followed the stream has asked for it and put it in as `inspect`.
package struct DockerEventsDialect: RememberingDialect {
    private let parser = JSONParser(maximumBytes: 16 << 20)
    /// Containers whose create was told, and whether they were started since.
    private var isStarted = BoundedMemory<Bool>(capacity: 16_384)

    package init() {}

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        do throws(JSONError) {
            let onRawEvent = reading.onRawEvent
            let (deployment, complaint) = try unsafe parser.withDocument(record.bytes, isPadded: true) { event in
                onRawEvent?(.dockerEvents, event, record.position)
                return Self.deployment(event, record)
            }
            if let complaint { reading.problems.append(ReadingProblem(at: record.position, complaint)) }
            guard let deployment, !isJoined(deployment) else { return }
            reading.deployments.append(deployment)
        } catch {
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    private static let name = "docker.events"

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        try MemoryForm.bytes(of: isStarted, dialect: Self.name)
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        isStarted = try MemoryForm.state(BoundedMemory<Bool>.self, from: memory, dialect: Self.name)
    }

    /// Whether it is told with the container's create: its first start, and the attaching before it.
    private mutating func isJoined(_ deployment: ContainerDeployment) -> Bool {
        guard let id = deployment.container.id else { return false }
        switch deployment.event.action {
        case .containerCreate: isStarted[id] = false
        case .containerAttach: return isStarted[id] == false
        case .containerStart:
            guard isStarted[id] == false else { return false }
            isStarted[id] = true
            return true
        default: break
        }
        return false
    }

    /// - Returns: what the event says, and what is wrong with the inspection that stands in it.
    private static func deployment(_ event: JSONValue, _ record: RawRecord) -> (ContainerDeployment?, String?) {
        // Before API 1.22 an event had `status`, `id` and `from` alone, the last only where a container is meant.
        let type = event["Type"]?.string ?? (event["from"] == nil ? "image" : "container")
        guard let verb = event["Action"]?.string ?? event["status"]?.string, let action = action(type, verb) else {
            return (nil, nil)
        }
        let actor = event["Actor"]
        let attributes = Dictionary(actor?["Attributes"]?.pairs ?? []) { _, last in last }
        let time =
            event["timeNano"]?.integer.map { Timestamp(microseconds: $0 / 1_000) }
            ?? event["time"]?.integer.flatMap { Timestamp(seconds: $0) }
        var deployment = ContainerDeployment(
            event: .init(
                timestamp: time,
                id: "\(event["timeNano"]?.integer ?? 0)#\(actor?["ID"]?.string ?? event["id"]?.string ?? "")",
                action: action,
                outcome: .success,
                dataset: .dockerEvents
            ),
            route: .dockerAPI
        )
        deployment.log = record.position
        deployment.visibility = .eventsStream
        deployment.defects = record.defects
        let id = actor?["ID"]?.string ?? event["id"]?.string
        if type == "container" {
            describe(container: id, event, attributes, into: &deployment)
            // An exec's command stands behind the verb.
            let words = verb.split(separator: ":", maxSplits: 1)
            if words.count == 2 { deployment.process.args = words[1].split(separator: " ").map(String.init) }
        } else if type == "image" {
            deployment.setImage(attributes["name"] ?? id)
        } else {
            deployment.placement.resourceType = type
            deployment.placement.resourceName = attributes["name"] ?? id
        }
        guard let inspection = event["inspect"] else { return (deployment, nil) }
        do throws(ReadingRefusal) {
            try DockerInspection.apply(inspection, to: &deployment)
            return (deployment, nil)
        } catch {
            return (deployment, "the inspection of '\(id ?? "")' cannot be read: \(error)")
        }
    }

    private static func describe(
        container id: String?,
        _ event: JSONValue,
        _ attributes: [String: String],
        into deployment: inout ContainerDeployment
    ) {
        deployment.container.id = id
        deployment.container.name = attributes["name"]
        deployment.setImage(attributes["image"] ?? event["from"]?.string)
        let known: Set<String> = ["name", "image", "execID", "exitCode", "signal"]
        deployment.container.labels = attributes.filter { !known.contains($0.key) }.map { "\($0.key)=\($0.value)" }
            .sorted()
    }

    private static func action(_ type: String, _ verb: String) -> Action? {
        let verb = verb.split(separator: ":").first.map(String.init) ?? verb
        return switch (type, verb) {
        case ("container", "create"): .containerCreate
        // A restart is a start of its own, and told as one as well.
        case ("container", "start"), ("container", "unpause"): .containerStart
        case ("container", "update"): .containerUpdate
        case ("container", "exec_create"): .containerExec
        case ("container", "attach"): .containerAttach
        case ("container", "extract-to-dir"): .containerArchive
        case ("container", "commit"): .imageCommit
        case ("image", "pull"): .imagePull
        case ("image", "load"), ("image", "import"): .imageLoad
        case ("builder", "build"), ("image", "build"): .imageBuild
        case ("volume", "create"): .volumeCreate
        case ("service", "create"): .serviceCreate
        case ("service", "update"): .serviceUpdate
        case ("plugin", "pull"), ("plugin", "create"), ("plugin", "enable"): .pluginInstall
        default: nil
        }
    }
}
