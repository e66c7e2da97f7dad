internal import Deployments
internal import JSON

/// Reads what a guard's decision was about back from its ECS line.
///
/// A line leaves out what no field shows: where in the container the host's paths appear, and hooks. What another source
/// shows in full therefore goes first (``Visibility/changesOnly``).
enum DecidedDeployment {
    /// The deployment; nil for a line whose action, kind of record or route no deployment has.
    static func read(_ root: JSONValue) -> ContainerDeployment? {
        let line = DecisionLine(root)
        guard let action = line.text(.eventAction).flatMap(Action.init(rawValue:)),
            let dataset = line.text(.eventDataset).flatMap(Dataset.init(rawValue:)),
            let route = line.text(.route).flatMap(Route.init(rawValue:))
        else { return nil }
        var deployment = ContainerDeployment(
            event: .init(
                timestamp: line.text(.timestamp).flatMap { Timestamp(rfc3339: $0.utf8) },
                id: line.text(.eventID) ?? "",
                action: action,
                outcome: line.text(.eventOutcome).flatMap(Outcome.init(rawValue:)) ?? .unknown,
                dataset: dataset
            ),
            route: route
        )
        deployment.visibility = line.text(.visibility).flatMap(Visibility.init(rawValue:)) ?? .full
        if deployment.visibility == .full { deployment.visibility = .changesOnly }
        deployment.defects = Set(line.texts(.defects).compactMap(RecordDefect.init(rawValue:)))
        deployment.actor = actor(line)
        deployment.http = request(line)
        deployment.placement = placement(line)
        deployment.container = container(line)
        deployment.process.args = line.texts(.processArgs)
        deployment.process.workingDirectory = line.text(.workingDirectory)
        deployment.process.environment = line.texts(.environment)
        deployment.host = host(line)
        deployment.security = security(line)
        return deployment
    }

    private static func actor(_ line: DecisionLine) -> ContainerDeployment.Actor {
        var actor = ContainerDeployment.Actor()
        actor.userName = line.text(.userName)
        actor.groups = line.texts(.userGroups)
        actor.effectiveName = line.text(.userEffectiveName)
        actor.userAgent = line.text(.userAgent)
        actor.sourceIP = line.text(.sourceIP)
        actor.tlsClientSubject = line.text(.tlsClientSubject)
        return actor
    }

    private static func request(_ line: DecisionLine) -> ContainerDeployment.HTTPRequest? {
        guard let path = line.text(.urlPath) else { return nil }
        var request = ContainerDeployment.HTTPRequest()
        request.method = line.text(.httpMethod)
        request.path = path
        request.query = line.text(.urlQuery)
        return request
    }

    private static func placement(_ line: DecisionLine) -> ContainerDeployment.Placement {
        var placement = ContainerDeployment.Placement()
        placement.hostName = line.text(.hostName)
        placement.orchestratorType = line.text(.orchestratorType)
        placement.clusterName = line.text(.clusterName)
        placement.namespace = line.text(.namespace)
        placement.resourceType = line.text(.resourceType)
        placement.resourceName = line.text(.resourceName)
        placement.resourceGroup = line.text(.resourceGroup)
        placement.parentType = line.text(.parentType)
        placement.parentName = line.text(.parentName)
        placement.nodeName = line.text(.nodeName)
        placement.nodeSelector = line.texts(.nodeSelector)
        placement.tolerations = line.texts(.tolerations)
        placement.replicas = line.integer(.replicas)
        placement.restartPolicy = line.text(.restartPolicy)
        placement.schedule = line.text(.schedule)
        return placement
    }

    private static func container(_ line: DecisionLine) -> ContainerDeployment.Container {
        var container = ContainerDeployment.Container()
        container.id = line.text(.containerID)
        container.name = line.text(.containerName)
        container.runtime = line.text(.containerRuntime)
        container.labels = line.texts(.containerLabels)
        container.imageText = line.text(.imageReference)
        container.image = container.imageText.flatMap { try? ImageReference(parsing: $0) }
        container.imageHashes = line.texts(.imageHashes)
        container.role = line.text(.containerRole).flatMap(Role.init(rawValue:))
        container.joins = line.texts(.joins)
        return container
    }

    private static func host(_ line: DecisionLine) -> HostAccess {
        var host = HostAccess()
        let writable = Set(line.texts(.hostWritablePaths))
        host.mounts = line.texts(.hostPaths).map { path in
            .init(source: HostPath(path), target: "", isReadOnly: !writable.contains(path))
        }
        host.devices = line.texts(.hostDevices)
        host.ports = line.integers(.hostPorts)
        host.namespaces = Set(line.texts(.hostNamespaces).compactMap(HostNamespace.init(rawValue:)))
        host.networkMode = line.text(.networkMode)
        return host
    }

    private static func security(_ line: DecisionLine) -> Security {
        var security = Security()
        security.privileged = line.boolean(.privileged)
        security.capabilitiesAdded = line.texts(.capabilitiesAdded).map { Capability($0) }
        security.capabilitiesDropped = line.texts(.capabilitiesDropped).map { Capability($0) }
        security.seccomp = line.text(.seccomp)
        security.appArmor = line.text(.appArmor)
        security.seLinux = line.text(.seLinux)
        security.procMount = line.text(.procMount)
        security.allowPrivilegeEscalation = line.boolean(.allowPrivilegeEscalation)
        security.readOnlyRoot = line.boolean(.readOnlyRoot)
        security.runAsUser = line.text(.runAsUser)
        security.runAsRoot = line.boolean(.runAsRoot)
        security.serviceAccount = line.text(.serviceAccount)
        security.automountToken = line.boolean(.automountToken)
        return security
    }
}

/// The values of an ECS line by the dotted names of its fields; of one value a list of one.
struct DecisionLine {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func texts(_ path: String) -> [String] { values(path).compactMap(\.string) }
    func texts(_ field: Field) -> [String] { texts(field.rawValue) }
    func text(_ field: Field) -> String? { texts(field.rawValue).first }

    func integers(_ field: Field) -> [Int] {
        values(field.rawValue).compactMap { $0.integer.flatMap(Int.init(exactly:)) }
    }
    func integer(_ field: Field) -> Int? { integers(field).first }
    func boolean(_ field: Field) -> Bool? { values(field.rawValue).first?.bool }

    private func values(_ path: String) -> [JSONValue] {
        var value = root
        for key in path.split(separator: ".") {
            guard let next = value.member(named: String(key)) else { return [] }
            value = next
        }
        let elements = Array(value.elements)
        return elements.isEmpty ? [value] : elements
    }
}
