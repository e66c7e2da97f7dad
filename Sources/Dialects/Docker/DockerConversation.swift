internal import Deployments

/// Remembers what earlier requests made, so that a later one is told with it: volumes by name, containers by name.
///
/// Bounded: the oldest are forgotten first.
struct DockerConversation {
    private static let capacity = 8_192

    private var volumes: [String: HostPath] = [:]
    private var volumeOrder: [String] = []
    private var containers: [String: ContainerDeployment] = [:]
    private var containerOrder: [String] = []

    /// Completes `record` with what is known, and remembers what it makes.
    mutating func join(_ record: inout ContainerDeployment) {
        switch record.event.action {
        case .volumeCreate:
            if let name = record.placement.resourceName, !name.isEmpty {
                remember(volume: name, record.host.mounts.first?.source)
            }
        case .containerCreate, .serviceCreate, .serviceUpdate:
            resolveVolumes(&record)
            resolveJoins(&record)
            if let name = record.container.name { remember(container: name, record) }
        case .containerExec, .containerAttach, .containerUpdate, .containerArchive, .containerRename, .imageCommit:
            describe(&record)
        case .containerStart: describe(&record)
        default: break
        }
    }

    /// The container of that name or id, when its create was seen.
    func container(_ name: String) -> ContainerDeployment? { containers[name] }

    /// Makes a container known by another name: its id.
    mutating func alias(_ id: String, of name: String) {
        if let known = containers[name] { remember(container: id, known) }
    }

    private func resolveVolumes(_ record: inout ContainerDeployment) {
        for volume in record.volumes {
            guard let path = volumes[volume.name] else { continue }
            record.host.mounts.append(.init(source: path, target: volume.target, isReadOnly: volume.isReadOnly))
        }
    }

    private func resolveJoins(_ record: inout ContainerDeployment) {
        for other in record.container.joins {
            guard let known = containers[other] else { continue }
            // Volumes of another container come with what they hold; a joined namespace is the one it is in.
            let mounted = Set(record.host.mounts.map(\.target))
            record.host.mounts += known.host.mounts.filter { !mounted.contains($0.target) }
            record.host.namespaces.formUnion(known.host.namespaces.intersection([.network, .pid, .ipc]))
        }
    }

    /// Gives a request on a container its image, and name or id.
    private func describe(_ record: inout ContainerDeployment) {
        guard let known = (record.container.name ?? record.container.id).flatMap({ containers[$0] }) else { return }
        record.container.name = record.container.name ?? known.container.name
        record.container.id = record.container.id ?? known.container.id
        if record.container.imageText == nil {
            record.container.imageText = known.container.imageText
            record.container.image = known.container.image
            record.container.imageHashes = known.container.imageHashes
        }
        if record.container.labels.isEmpty { record.container.labels = known.container.labels }
        // What is run in it has the host that it was given.
        if record.event.action == .containerExec {
            record.host.mounts = known.host.mounts
            record.host.namespaces = known.host.namespaces
            record.security.privileged = record.security.privileged == true ? true : known.security.privileged
        }
    }

    private mutating func remember(volume name: String, _ path: HostPath?) {
        guard let path else {
            volumes[name] = nil
            return
        }
        if volumes.updateValue(path, forKey: name) == nil { volumeOrder.append(name) }
        if volumeOrder.count > Self.capacity { volumes[volumeOrder.removeFirst()] = nil }
    }

    private mutating func remember(container name: String, _ record: ContainerDeployment) {
        if containers.updateValue(record, forKey: name) == nil { containerOrder.append(name) }
        if containerOrder.count > Self.capacity { containers[containerOrder.removeFirst()] = nil }
    }
}
