internal import Deployments

/// Remembers what earlier requests made, so that a later one is told with it: volumes by name, containers by name and
/// id.
///
/// Bounded: the oldest are forgotten first.
struct DockerConversation {
    private var volumes = BoundedMemory<[HostAccess.Mount]>(capacity: 4_096)
    private var containers = BoundedMemory<KnownContainer>(capacity: 4_096)
    private var pendingExecs = 0
    private static let maximumPendingExecs = 1_024

    /// Completes `record` with what is known, and remembers what it makes.
    mutating func join(_ record: inout ContainerDeployment, _ joins: ContainerJoins = ContainerJoins()) {
        switch record.event.action {
        case .volumeCreate:
            // Making a volume that exists leaves it as it is.
            if let name = record.placement.resourceName, !name.isEmpty, !record.host.mounts.isEmpty {
                volumes[name] = record.host.mounts
            }
        case .containerCreate, .serviceCreate, .serviceUpdate:
            resolveVolumes(&record)
            resolve(joins, in: &record)
            if record.event.action == .containerCreate { remember(record) }
        case .containerExec, .containerAttach, .containerUpdate, .containerArchive, .containerStart, .imageCommit:
            describe(&record)
        default: break
        }
    }

    /// Forgets what was deleted.
    mutating func delete(_ target: String) {
        let path = Query(of: target).path
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        guard let mark = parts.firstIndex(where: { $0.elementsEqual("volumes".utf8) }), mark + 2 == parts.count else {
            return
        }
        volumes[String(text: parts[mark + 1])] = nil
    }

    /// Whether the create of the container of that name or id was seen.
    func isKnown(_ subject: String) -> Bool { containers[subject] != nil }

    /// Makes a container known by another name: its id.
    mutating func alias(_ id: String, of name: String) {
        guard !id.isEmpty, id != name, var known = containers[name] else { return }
        // Its mount told the same as its start.
        guard known.id != id || containers[id] == nil else { return }
        if ContainerID.isFull(id) {
            if known.id == nil { known = known.identified(id) }
            containers[name] = known
        }
        containers[id] = known
    }

    /// Follows a container to its new name.
    mutating func rename(_ subject: String?, to name: String?) {
        guard let subject, let name, let known = containers[subject]?.renamed(name) else { return }
        containers[name] = known
        if let id = known.id { containers[id] = known }
    }

    /// Whether a request only starts the command that an exec told.
    mutating func isStartOfExec(_ route: DockerRoute) -> Bool {
        guard route.action == .containerExec else { return false }
        if route.body == .execCreate {
            pendingExecs = min(pendingExecs + 1, Self.maximumPendingExecs)
            return false
        }
        guard pendingExecs > 0 else { return false }
        pendingExecs -= 1
        return true
    }

    private mutating func resolveVolumes(_ record: inout ContainerDeployment) {
        for volume in record.volumes {
            let own = record.host.mounts.filter { $0.target == volume.target }
            if !own.isEmpty {
                // Made together with the container, with options of its own.
                volumes[volume.name] = own
            } else if let mounts = volumes[volume.name] {
                record.host.mounts += mounts.map {
                    .init(source: $0.source, target: volume.target, isReadOnly: $0.isReadOnly || volume.isReadOnly)
                }
            }
        }
    }

    private func resolve(_ joins: ContainerJoins, in record: inout ContainerDeployment) {
        for other in joins.volumesFrom {
            // Volumes of another container come with what they hold.
            let mounted = Set(record.host.mounts.map(\.target))
            record.host.mounts += (containers[other]?.host.mounts ?? []).filter { !mounted.contains($0.target) }
        }
        for shared in joins.namespaces
        where containers[shared.container]?.host.namespaces.contains(shared.namespace) == true {
            record.host.namespaces.insert(shared.namespace)
        }
    }

    /// Gives a request on a container its image, and name or id.
    private func describe(_ record: inout ContainerDeployment) {
        guard let known = (record.container.id ?? record.container.name).flatMap({ containers[$0] }) else { return }
        record.container.name = record.container.name ?? known.name
        record.container.id = record.container.id ?? known.id
        if record.container.imageText == nil {
            record.container.imageText = known.imageText
            record.container.image = known.image
            record.container.imageHashes = known.imageHashes
        }
        if record.container.labels.isEmpty { record.container.labels = known.labels }
        // What is run in it has the host that it was given.
        if record.event.action == .containerExec {
            record.host.mounts = known.host.mounts
            record.host.namespaces = known.host.namespaces
            record.security.privileged = record.security.privileged == true ? true : known.privileged
        }
    }

    private mutating func remember(_ record: ContainerDeployment) {
        let known = KnownContainer(record)
        if let name = known.name { containers[name] = known }
        if let id = known.id { containers[id] = known }
    }
}

/// What is remembered of a container that was created: never changed, so that it is shared by all its names.
private final class KnownContainer: Codable {
    let id: String?
    let name: String?
    let imageText: String?
    let image: ImageReference?
    let imageHashes: [String]
    let labels: [String]
    let host: HostAccess
    let privileged: Bool?

    init(_ record: ContainerDeployment) {
        id = record.container.id
        name = record.container.name
        imageText = record.container.imageText
        image = record.container.image
        imageHashes = record.container.imageHashes
        labels = record.container.labels
        host = record.host
        privileged = record.security.privileged
    }

    private init(_ known: KnownContainer, id: String?, name: String?) {
        self.id = id
        self.name = name
        imageText = known.imageText
        image = known.image
        imageHashes = known.imageHashes
        labels = known.labels
        host = known.host
        privileged = known.privileged
    }

    func identified(_ id: String) -> KnownContainer { KnownContainer(self, id: id, name: name) }
    func renamed(_ name: String) -> KnownContainer { KnownContainer(self, id: id, name: name) }
}

/// Containers are written once each, and their names and ids by the number of the container.
extension DockerConversation: Codable {
    private enum CodingKeys: String, CodingKey {
        case volumes, containers, names, pendingExecs
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        let known = try memory.decode([KnownContainer].self, forKey: .containers)
        let names = try memory.decode(BoundedMemory<Int>.self, forKey: .names)
        self.init()
        volumes = try memory.decode(BoundedMemory<[HostAccess.Mount]>.self, forKey: .volumes)
        containers = try names.mapped { number in
            guard known.indices.contains(number) else {
                throw DecodingError.dataCorruptedError(forKey: .names, in: memory, debugDescription: "no such number")
            }
            return known[number]
        }
        pendingExecs = try memory.count(forKey: .pendingExecs, upTo: Self.maximumPendingExecs)
    }

    func encode(to encoder: any Encoder) throws {
        var numbers: [ObjectIdentifier: Int] = [:]
        var known: [KnownContainer] = []
        let names = containers.mapped { container in
            let number = numbers[ObjectIdentifier(container)] ?? known.count
            if number == known.count {
                numbers[ObjectIdentifier(container)] = number
                known.append(container)
            }
            return number
        }
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(volumes, forKey: .volumes)
        try memory.encode(known, forKey: .containers)
        try memory.encode(names, forKey: .names)
        try memory.encode(pendingExecs, forKey: .pendingExecs)
    }
}
