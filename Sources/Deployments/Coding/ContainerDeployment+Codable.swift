/// Written and read again for good: the keys below, and the names of ``Action``, ``Outcome``, ``Dataset``, ``Route``,
/// ``Role``, ``Visibility``, ``RecordDefect`` and ``HostNamespace``, stay what they are.
///
/// What is unknown or empty is left out. Lists keep their order and sets are written in order, so that the same
/// deployment is always written alike (by an encoder that sorts keys). Nothing is repaired on the way in: an unknown
/// name or ``formatVersion`` is an error, since a deployment that is read as another one would be judged as that one.
extension ContainerDeployment: Codable {
    /// The version of the written form (`v`).
    public static let formatVersion = 1

    private enum CodingKeys: String, CodingKey {
        case version = "v"
        case event, log, actor, http, route, placement, container, process, host, volumes, security, visibility
        case firstSeen, defects
    }

    /// - Throws: `DecodingError` for another ``formatVersion``, a name that is not known, or a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let version = try values.decode(Int.self, forKey: .version)
        guard version == Self.formatVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version,
                in: values,
                debugDescription: "version \(version) of the record is not known, only \(Self.formatVersion)"
            )
        }
        self.init(
            event: try values.decode(Event.self, forKey: .event),
            route: try values.decode(Route.self, forKey: .route)
        )
        log = try values.decodeIfPresent(LogPosition.self, forKey: .log)
        actor = try values.decodeIfPresent(Actor.self, forKey: .actor) ?? Actor()
        http = try values.decodeIfPresent(HTTPRequest.self, forKey: .http)
        placement = try values.decodeIfPresent(Placement.self, forKey: .placement) ?? Placement()
        container = try values.decodeIfPresent(Container.self, forKey: .container) ?? Container()
        process = try values.decodeIfPresent(Process.self, forKey: .process) ?? Process()
        host = try values.decodeIfPresent(HostAccess.self, forKey: .host) ?? HostAccess()
        volumes = try values.list(of: NamedVolume.self, forKey: .volumes)
        security = try values.decodeIfPresent(Security.self, forKey: .security) ?? Security()
        firstSeen = Set(try values.list(of: FirstSeen.self, forKey: .firstSeen))
        visibility = try values.decodeIfPresent(Visibility.self, forKey: .visibility) ?? .full
        defects = Set(try values.list(of: RecordDefect.self, forKey: .defects))
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.formatVersion, forKey: .version)
        try values.encode(event, forKey: .event)
        try values.encodeIfPresent(log, forKey: .log)
        try values.encode(actor, unless: Actor(), forKey: .actor)
        try values.encodeIfPresent(http, forKey: .http)
        try values.encode(route, forKey: .route)
        try values.encode(placement, unless: Placement(), forKey: .placement)
        try values.encode(container, unless: Container(), forKey: .container)
        try values.encode(process, unless: Process(), forKey: .process)
        try values.encode(host, unless: HostAccess(), forKey: .host)
        try values.encode(volumes, unless: [], forKey: .volumes)
        try values.encode(security, unless: Security(), forKey: .security)
        try values.encode(firstSeen.sorted(), unless: [], forKey: .firstSeen)
        try values.encode(visibility, unless: .full, forKey: .visibility)
        try values.encode(defects.sorted(), unless: [], forKey: .defects)
    }
}

extension ContainerDeployment.Event: Codable {
    private enum CodingKeys: String, CodingKey {
        case timestamp, id, action, outcome, dataset, original, reason
    }

    /// - Throws: `DecodingError` for a name that is not known, or a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            timestamp: try values.decodeIfPresent(Timestamp.self, forKey: .timestamp),
            id: try values.decode(String.self, forKey: .id),
            action: try values.decode(Action.self, forKey: .action),
            outcome: try values.decode(Outcome.self, forKey: .outcome),
            dataset: try values.decode(Dataset.self, forKey: .dataset)
        )
        original = try values.decodeIfPresent(String.self, forKey: .original)
        reason = try values.decodeIfPresent(String.self, forKey: .reason)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(timestamp, forKey: .timestamp)
        try values.encode(id, forKey: .id)
        try values.encode(action, forKey: .action)
        try values.encode(outcome, forKey: .outcome)
        try values.encode(dataset, forKey: .dataset)
        try values.encodeIfPresent(original, forKey: .original)
        try values.encodeIfPresent(reason, forKey: .reason)
    }
}

extension ContainerDeployment.LogPosition: Codable {
    private enum CodingKeys: String, CodingKey {
        case path, offset
    }

    /// - Throws: `DecodingError` for a value of another type, and for an offset that no file has.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            path: try values.decode(String.self, forKey: .path),
            offset: try values.decode(Int.self, forKey: .offset)
        )
        // Offsets are added to.
        guard (0...Int.max / 2).contains(offset) else {
            throw DecodingError.dataCorruptedError(
                forKey: .offset,
                in: values,
                debugDescription: "no file has an offset of \(offset)"
            )
        }
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(path, forKey: .path)
        try values.encode(offset, forKey: .offset)
    }
}

extension ContainerDeployment.NamedVolume: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, target, isReadOnly
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            target: try values.decode(String.self, forKey: .target),
            isReadOnly: try values.decode(Bool.self, forKey: .isReadOnly)
        )
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(target, forKey: .target)
        try values.encode(isReadOnly, forKey: .isReadOnly)
    }
}
