package import Deployments
internal import JSON

/// Reads requests into the records that rules judge, with the very readers that logs are read with.
///
/// A later request is told with what earlier ones made: give it first what the daemon has.
package struct DockerAPIReading {
    /// A deployment that a request asks for.
    package struct Asked: Sendable, Equatable {
        package var record: ContainerDeployment
        /// Other containers whose volumes or namespaces it takes: what they hold is in the record as far as it is known.
        package var joins: ContainerJoins
    }

    private var conversation = DockerConversation()
    private var containers: [String: InspectedContainer] = [:]

    package init() {}

    /// A record of which the request line is known, to which the caller adds who asked.
    package static func record(of request: DockerAPIRequest, id: String, at time: Timestamp?) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: time,
                id: id,
                action: request.endpoint.action ?? .workloadUpdate,
                dataset: .dockerAPI
            ),
            route: request.endpoint.isLibpod ? .podmanAPI : .dockerAPI
        )
        let query = Query(of: request.canonicalTarget)
        var http = ContainerDeployment.HTTPRequest()
        http.method = request.method
        http.path = query.path
        http.query = query.text
        record.http = http
        return record
    }

    /// Notes a volume that is there, as `GET /volumes/{name}` shows it.
    package mutating func know(volume name: String, options: [(name: String, value: String)]) {
        let body = CanonicalValue.object([
            CanonicalMember("Name", .string(name)),
            CanonicalMember("DriverOpts", .object(options.map { CanonicalMember($0.name, .string($0.value)) })),
        ])
        let request = DockerAPIRequest(method: "POST", endpoint: .volumeCreate)
        _ = deployments(of: request, body: body, onto: Self.record(of: request, id: "", at: nil))
    }

    /// Notes a container that is there.
    ///
    /// - Parameter reference: how requests name it.
    /// - Returns: its record, as the request that made it would have been read.
    @discardableResult
    package mutating func know(_ container: InspectedContainer, as reference: String) -> ContainerDeployment {
        containers[reference] = container
        var (record, joins) = Self.read(container.create, as: .containerCreate, onto: Self.blank)
        record.container.id = container.id
        record.container.name = container.name ?? container.id
        conversation.join(&record, joins)
        conversation.alias(reference, of: container.name ?? container.id)
        return record
    }

    /// The deployments that a request asks for; none for one that deploys nothing.
    ///
    /// - Parameters:
    ///   - body: what the body says, where it is JSON.
    ///   - text: the body of Podman's `play kube`: a manifest.
    ///   - record: what is known of the request otherwise.
    package mutating func deployments(
        of request: DockerAPIRequest,
        body: CanonicalValue?,
        text: String? = nil,
        onto record: ContainerDeployment
    ) -> [Asked] {
        guard let action = request.endpoint.action else { return [] }
        if request.endpoint.body == .manifest { return manifest(request, text, record) }
        var record = record
        var joins = ContainerJoins()
        let container = request.name.flatMap { containers[$0] }
        if let container, let create = container.effect(of: request.endpoint, body) {
            (record, joins) = Self.read(create, as: .containerCreate, onto: record)
            // With the volumes and the joins of a create.
            record.event.action = .containerCreate
            conversation.join(&record, joins)
            _ = Self.apply(request, body: nil, to: &record)
        } else {
            joins = Self.apply(request, body: body, to: &record)
        }
        if let container {
            record.container.id = container.id
            record.container.name = container.name ?? record.container.name
        }
        record.event.action = action
        conversation.join(&record, joins)
        return [Asked(record: record, joins: joins)]
    }

    private func manifest(
        _ request: DockerAPIRequest,
        _ text: String?,
        _ record: ContainerDeployment
    ) -> [Asked] {
        var record = record
        _ = Self.apply(request, body: nil, to: &record)
        let found = text.map { ManagementBody.records(ofText: $0, base: record) } ?? []
        if found.isEmpty { record.defects.insert(.unparseableBody) }
        return (found.isEmpty ? [record] : found).map { Asked(record: $0, joins: ContainerJoins()) }
    }

    private static func apply(
        _ request: DockerAPIRequest,
        body: CanonicalValue?,
        to record: inout ContainerDeployment
    ) -> ContainerJoins {
        guard let route = DockerRoute(request) else { return ContainerJoins() }
        guard let body else { return DockerRequestReader.apply(route, body: nil, to: &record) }
        return body.withJSON { DockerRequestReader.apply(route, body: $0, to: &record) } ?? ContainerJoins()
    }

    private static let blank = ContainerDeployment(
        event: .init(action: .containerCreate, dataset: .dockerAPI),
        route: .dockerAPI
    )

    /// Reads a body like that of the endpoint.
    private static func read(
        _ body: CanonicalValue,
        as endpoint: DockerEndpoint,
        onto record: ContainerDeployment
    ) -> (ContainerDeployment, ContainerJoins) {
        var record = record
        let joins = apply(DockerAPIRequest(method: "POST", endpoint: endpoint), body: body, to: &record)
        return (record, joins)
    }
}

extension InspectedContainer {
    /// What the container will be like when it runs on behind the request: as a create would ask for it.
    ///
    /// Nil for a request that is told by itself.
    fileprivate func effect(of endpoint: DockerEndpoint, _ body: CanonicalValue?) -> CanonicalValue? {
        switch endpoint.action {
        case .containerStart:
            // The configuration that old versions of start take is all that counts then.
            guard endpoint == .containerStart, let body, !body.members.isEmpty else { return create }
            return replacing("HostConfig", by: body)
        case .containerUpdate:
            guard let body else { return create }
            let changed = body.members.filter { $0.value != .null }
            let kept = (create["HostConfig"]?.members ?? []).filter { member in
                !changed.contains { $0.name == member.name }
            }
            return replacing("HostConfig", by: .object(kept + changed))
        default: return nil
        }
    }

    private func replacing(_ name: String, by value: CanonicalValue) -> CanonicalValue {
        .object(create.members.filter { $0.name != name } + [CanonicalMember(name, value)])
    }
}
