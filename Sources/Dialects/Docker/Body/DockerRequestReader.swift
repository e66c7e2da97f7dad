package import Deployments
internal import JSON

/// Reads one request to a Docker Engine or Podman API into a record, whichever log or gate it comes from.
enum DockerRequestReader {
    /// Fills in what the route, the query and the body say.
    ///
    /// - Parameter body: the JSON body; nil where it is not known or is none.
    /// - Returns: the other containers that it joins.
    @discardableResult
    static func apply(_ route: DockerRoute, body: JSONValue?, to record: inout ContainerDeployment) -> ContainerJoins {
        if route.isLibpod {
            record.route = .podmanAPI
        } else if record.route == .dockerAPI, isSwarm(route.action) {
            record.route = .swarm
        }
        record.event.action = route.action
        applyQuery(route, to: &record)
        guard let body, !body.isNull, route.takesJSON else { return ContainerJoins() }
        if route.body == .pluginPrivileges || route.body == .pluginSettings {
            applyPlugin(body, to: &record)
            return ContainerJoins()
        }
        guard body.isObject else {
            record.defects.insert(.wrongType)
            return ContainerJoins()
        }
        let object = GoObject(body)
        switch route.body {
        case .containerCreate: return ContainerConfigReader.apply(object, to: &record)
        case .commit: ContainerConfigReader.applyImageConfig(object, to: &record)
        case .containerStart, .containerUpdate:
            // Old versions of start take a host's configuration; an update takes a part of one.
            if !object.isEmpty { return HostConfigReader.apply(object, to: &record) }
        case .execCreate:
            record.defects.formUnion(object.nestedDefects)
            record.defects.formUnion(object.typeDefects(of: ExecFields.all))
            record.process.args = object.strings("Cmd")
            record.process.environment = object.strings("Env")
            record.process.workingDirectory = object.string("WorkingDir")
            record.security.privileged = object.bool("Privileged")
            ContainerConfigReader.applyUser(object.string("User"), to: &record.security)
        case .volumeCreate: applyVolume(object, to: &record)
        case .serviceSpec: ServiceSpecReader.apply(object, to: &record)
        case .specGenerator: return applyPodman(object, route.body, to: &record)
        case .libpodVolumeCreate: applyVolume(object, to: &record)
        case .libpodUpdate: return HostConfigReader.apply(object, to: &record)
        case .podSpecGenerator:
            let joins = applyPodman(object, route.body, to: &record)
            record.placement.resourceType = "pod"
            return joins
        case .swarmJoin:
            record.defects.formUnion(object.nestedDefects)
            // Without the port, so that rules can tell networks apart.
            record.container.joins = object.strings("RemoteAddrs").prefix(16).map(host(ofAddress:))
        default: break
        }
        return ContainerJoins()
    }

    /// A create of Podman's own, read as the create of Docker's that asks for the same.
    private static func applyPodman(
        _ body: GoObject,
        _ schema: BodySchema,
        to record: inout ContainerDeployment
    ) -> ContainerJoins {
        record.defects.formUnion(body.nestedDefects)
        guard case .object(let type)? = schema.type else { return ContainerJoins() }
        let spec = body.value(as: type)
        record.container.name = spec["name"]?.string ?? record.container.name
        let create = PodmanCreate(spec)
        let joins = create.body.withJSON { ContainerConfigReader.apply(GoObject($0), to: &record) }
        if let root = create.root {
            record.host.mounts.append(
                .init(source: HostPath(root.path), target: "/", isReadOnly: root.isReadOnly)
            )
        }
        return joins ?? ContainerJoins()
    }

    /// Whether a request without a body tells all that it does.
    static func needsBody(_ route: DockerRoute) -> Bool {
        switch route.body {
        case .containerCreate, .execCreate, .volumeCreate, .libpodVolumeCreate, .serviceSpec, .specGenerator,
            .podSpecGenerator, .manifest:
            true
        default: false
        }
    }

    private static func isSwarm(_ action: Action) -> Bool {
        [.serviceCreate, .serviceUpdate, .swarmJoin, .swarmLeave].contains(action)
    }

    private static func applyQuery(_ route: DockerRoute, to record: inout ContainerDeployment) {
        let query = route.query
        switch route.action {
        case .containerCreate:
            record.container.name = query.value("name").map(withoutSlash) ?? record.container.name
        case .imagePull: applyPull(query, to: &record)
        case .imageBuild: applyBuild(query, to: &record)
        case .imageCommit:
            record.container.id = query.value("container")
            if let image = ImageQuery.reference(query.value("repo"), tag: query.value("tag")) { record.setImage(image) }
        case .containerArchive:
            name(route.subject, in: &record)
            record.process.workingDirectory = query.value("path")
        case .serviceUpdate, .swarmJoin, .swarmLeave: record.placement.resourceName = route.subject
        case .pluginInstall:
            if let remote = query.value("remote") ?? route.subject { record.setImage(remote) }
        default: name(route.subject, in: &record)
        }
    }

    private static func name(_ subject: String?, in record: inout ContainerDeployment) {
        guard let subject else { return }
        let isID =
            subject.utf8.count >= 12 && subject.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        if isID { record.container.id = subject } else { record.container.name = withoutSlash(subject) }
    }

    static func applyPull(_ query: Query, to record: inout ContainerDeployment) {
        let image = query.value("fromImage") ?? query.value("reference")
        if let image = ImageQuery.reference(image, tag: query.value("tag")) {
            record.setImage(image)
        } else if let source = query.value("fromSrc") {
            record.event.action = .imageLoad
            record.process.environment = ["fromSrc=\(source)"]
            if let repository = query.value("repo") { record.setImage(repository) }
        }
    }

    private static func applyBuild(_ query: Query, to record: inout ContainerDeployment) {
        if let tag = query.value("t") { record.setImage(tag) }
        // The Dockerfile's own address is what a remote build runs.
        if let remote = query.value("remote"), remote != "client-session" {
            record.process.environment = ["remote=\(remote)"]
        }
        if let mode = query.value("networkmode") {
            record.host.networkMode = mode
            if mode == "host" { record.host.namespaces.insert(.network) }
        }
    }

    private static func applyVolume(_ body: GoObject, to record: inout ContainerDeployment) {
        record.defects.formUnion(body.nestedDefects)
        record.defects.formUnion(
            body.typeDefects(of: [("Name", .string), ("Driver", .string), ("DriverOpts", .object)])
        )
        let options = VolumeOptions(of: body, "DriverOpts", "Options")
        let name = body.string("Name") ?? ""
        record.placement.resourceType = "volume"
        record.placement.resourceName = name
        record.host.mounts = options.hostPaths.map {
            .init(source: $0, target: "", isReadOnly: options.isReadOnly)
        }
    }

    /// The privileges that a plugin is granted with its pull (Docker Engine API, PluginPrivilege).
    private static func applyPlugin(_ body: JSONValue, to record: inout ContainerDeployment) {
        record.placement.resourceType = "plugin"
        for privilege in body.elements.prefix(64) {
            let privilege = GoObject(privilege)
            let values = privilege.strings("Value")
            switch privilege.string("Name") {
            case "network": if values.contains("host") { record.host.namespaces.insert(.network) }
            case "pidhost", "host pid namespace": if values.contains("true") { record.host.namespaces.insert(.pid) }
            case "ipchost": if values.contains("true") { record.host.namespaces.insert(.ipc) }
            case "mount":
                record.host.mounts += values.filter { $0.hasPrefix("/") }
                    .map { .init(source: HostPath($0), target: "", isReadOnly: false) }
            case "device": record.host.devices += values
            case "allow-all-devices": if values.contains("true") { record.host.devices.append("a *:* rwm") }
            case "capabilities": record.security.capabilitiesAdded += values.map(Capability.init)
            default: break
            }
        }
    }

    private static func host(ofAddress text: String) -> String {
        guard let colon = text.lastIndex(of: ":"), text[..<colon].last != ":" else { return text }
        let host = text[..<colon]
        if host.first == "[", host.last == "]" { return String(host.dropFirst().dropLast()) }
        return host.contains(":") ? text : String(host)
    }

    static func withoutSlash(_ name: String) -> String { name.hasPrefix("/") ? String(name.dropFirst()) : name }
}

/// Other containers that a container joins, by name or id.
package struct ContainerJoins: Sendable, Equatable {
    /// A container whose namespace is shared.
    package struct Shared: Sendable, Equatable {
        package var namespace: HostNamespace
        package var container: String
    }

    /// Those whose volumes it mounts.
    package var volumesFrom: [String] = []
    /// Those whose namespaces it shares.
    package var namespaces: [Shared] = []

    package init() {}
}

private enum ExecFields {
    static let all: [(StaticString, GoType)] = [
        ("Cmd", .strings), ("Env", .strings), ("User", .string), ("WorkingDir", .string), ("Privileged", .bool),
        ("Detach", .bool), ("Tty", .bool),
    ]
}
