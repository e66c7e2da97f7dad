/// A container that is there already, as the request that would make it.
///
/// What `GET /containers/{id}/json` answers (Docker Engine API, ContainerInspect), so that a start can be judged like a
/// create.
package struct InspectedContainer: Sendable, Equatable {
    /// Its full id.
    package var id: String
    /// Its name, without a slash.
    package var name: String?
    /// The body of `POST /containers/create` that would make it.
    ///
    /// Mounts that it has by another container's, or by a start's configuration, stand among its own.
    package var create: CanonicalValue
    /// Its mounts as they are: `Type`, `Name`, `Source`, `Destination`, `Driver`, `RW`.
    package var mounts: [CanonicalValue]

    /// Reads an inspection; unknown keys are passed over.
    ///
    /// - Throws: where it does not show what the container was given.
    package init(_ bytes: [UInt8]) throws(ReadingRefusal) {
        let value = try CanonicalBody.read(bytes, as: .object(InspectTypes.container)).value
        guard let id = value["Id"]?.string, let config = value["Config"], let host = value["HostConfig"] else {
            throw ReadingRefusal(place: "inspection", "it shows no Id, Config or HostConfig")
        }
        self.id = id
        name = value["Name"]?.string.map(DockerRequestReader.withoutSlash)
        mounts = value["Mounts"]?.elements ?? []
        let networks = value["NetworkSettings"]?["Networks"] ?? .object([])
        create = .object(
            config.members + [
                CanonicalMember("HostConfig", Self.completed(host, mounts)),
                CanonicalMember("NetworkingConfig", .object([CanonicalMember("EndpointsConfig", networks)])),
            ]
        )
    }

    /// The configuration with those mounts that it does not tell of.
    private static func completed(_ host: CanonicalValue, _ mounts: [CanonicalValue]) -> CanonicalValue {
        let own = host["Mounts"]?.elements ?? []
        var told = Set(own.compactMap { $0["Target"]?.string })
        for bind in host["Binds"]?.strings ?? [] {
            if let target = BindSpecification(bind)?.target { told.insert(target) }
        }
        let others = mounts.filter { $0["Destination"]?.string.map { !told.contains($0) } ?? true }.map(asked)
        guard !others.isEmpty else { return host }
        return .object(
            host.members.filter { $0.name != "Mounts" } + [CanonicalMember("Mounts", .array(own + others))]
        )
    }

    /// The mount that would be asked for to have this one.
    private static func asked(_ mount: CanonicalValue) -> CanonicalValue {
        let isVolume = mount["Type"]?.string == "volume"
        return .object([
            CanonicalMember("Type", mount["Type"] ?? .string("bind")),
            CanonicalMember("Source", (isVolume ? mount["Name"] : mount["Source"]) ?? .string("")),
            CanonicalMember("Target", mount["Destination"] ?? .string("")),
            CanonicalMember("ReadOnly", .boolean(mount["RW"]?.bool == false)),
        ])
    }
}

private enum InspectTypes {
    static let container = BodyObject([
        ("Id", .string), ("Name", .string), ("Image", .string), ("Config", .object(ContainerTypes.config)),
        ("HostConfig", .object(ContainerTypes.hostConfig)), ("Mounts", .list(.object(mount))),
        ("NetworkSettings", .object(BodyObject([("Networks", .map(.object(NetworkTypes.endpoint)))]))),
    ])
    private static let mount = BodyObject([
        ("Type", .string), ("Name", .string), ("Source", .string), ("Destination", .string), ("Driver", .string),
        ("Mode", .string), ("RW", .bool), ("Propagation", .string),
    ])
}
