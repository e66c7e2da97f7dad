internal import Deployments
internal import JSON

/// One audited request: how its parts become a deployment record.
struct AuditRequest {
    enum Stage { case received, started, complete }

    let event: AuditEvent
    let reference: ObjectReference
    let position: ContainerDeployment.LogPosition
    /// What is known to be wrong with the event as it was read.
    var defects: Set<RecordDefect> = []
    /// Whether the answer shows the very specification that was asked for.
    private(set) var isGrantedAsAsked = false

    init(event: AuditEvent, reference: ObjectReference, position: ContainerDeployment.LogPosition) {
        self.event = event
        self.reference = reference
        self.position = position
        guard let asked = event.requestObject?["spec"], let given = event.responseObject?["spec"] else { return }
        isGrantedAsAsked = given.isWritten(like: asked)
    }

    var stage: Stage {
        guard let stage = event.stage else { return .complete }
        if stage == "RequestReceived" { return .received }
        return stage == "ResponseStarted" ? .started : .complete
    }

    var isCreate: Bool { event.verb.map { $0 == "create" } ?? false }
    var isUpdate: Bool { event.verb.map { $0 == "update" } ?? false }
    var isEphemeral: Bool { reference.subresource.map { $0 == "ephemeralcontainers" } ?? false }
    var isPod: Bool { reference.resource.map { $0 == "pods" } ?? false }

    /// Exec and attach are answered when they end; their start is what counts.
    var isLongRunning: Bool { reference.subresource.map { $0 == "exec" || $0 == "attach" || $0 == "proxy" } ?? false }

    var statusCode: Int? { event.responseStatus?["code"]?.integer.map { Int($0) } }

    var outcome: Outcome {
        guard stage != .received, let code = statusCode else { return .unknown }
        return code < 400 ? .success : .failure
    }

    /// Whether it changed what the cluster holds: neither refused, nor only tried, nor still unanswered.
    var isLasting: Bool { outcome == .success && !isDryRun }

    private var isDryRun: Bool {
        guard let target = event.requestURI else { return false }
        return unsafe target.withBytes { bytes in
            bytes.indices.contains { index in
                unsafe bytes[index] == UInt8(ascii: "d") && bytes[index...].starts(with: "dryRun=".utf8)
            }
        }
    }

    /// What tells this request from every other; the Audit-ID alone can be chosen by the client.
    var identity: UInt64 {
        var hash = TextHash()
        hash.combine(event.auditID)
        hash.combine(event.received)
        hash.combine(event.verb)
        hash.combine(event.requestURI)
        hash.combine(event.user?["username"]?.text)
        return hash.value
    }

    var nameOfObject: JSONText? {
        reference.name ?? event.responseObject?["metadata"]?["name"]?.text
            ?? event.requestObject?["metadata"]?["name"]?.text
    }
}

extension AuditRequest {
    /// What the record of any deployment of this request says, whatever it deploys.
    func base(_ action: Action) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: (event.received ?? event.stamped)?.timestamp,
                id: event.auditID.map { String($0) } ?? "\(position.path)#\(position.offset)",
                action: action,
                outcome: outcome,
                dataset: .kubernetesAudit
            ),
            route: .kubernetesAPI
        )
        record.log = position
        record.actor = actor
        if let target = event.requestURI {
            let query = Query(of: String(target))
            record.http = .init()
            record.http?.path = query.path
            record.http?.query = query.text
            record.http?.statusCode = statusCode
        }
        record.placement = reference.placement(of: nameOfObject)
        if outcome == .failure { record.event.reason = event.responseStatus?["message"]?.string }
        mark(&record)
        record.tellStaticPod(event.requestObject)
        return record
    }

    private var actor: ContainerDeployment.Actor {
        var actor = ContainerDeployment.Actor()
        if let user = event.user {
            // An unauthenticated request that was refused has an empty name.
            actor.userName = user["username"]?.text.flatMap { $0.isEmpty ? nil : String($0) }
            actor.groups = user["groups"]?.strings ?? []
        }
        actor.effectiveName = event.impersonated?["username"]?.string
        // Clients may prepend addresses of their choice (X-Forwarded-For); the last is the peer.
        actor.sourceIP = event.sourceIPs?.strings.last
        actor.userAgent = event.userAgent.map { String($0) }
        return actor
    }

    private func mark(_ record: inout ContainerDeployment) {
        record.defects = defects
        if event.hasDuplicates || event.requestObject?.hasDuplicateKeys ?? false {
            record.defects.insert(.duplicateKeys)
        }
        if event.isTruncated { record.defects.insert(.truncated) }
        if !record.defects.isEmpty, !record.defects.isDisjoint(with: [.truncated, .oversized]) {
            record.visibility = .truncated
        }
    }
}

extension ObjectReference {
    /// Where the object of that name stands.
    func placement(of name: JSONText?) -> ContainerDeployment.Placement {
        var placement = ContainerDeployment.Placement()
        placement.orchestratorType = "kubernetes"
        placement.namespace = namespace.map { String($0) }
        placement.resourceType = resource.map { ResourceKind.singular(of: String($0)) }
        placement.resourceName = name.map { String($0) }
        placement.resourceGroup = group.map { String($0) }
        return placement
    }
}

extension ContainerDeployment {
    /// Notes that a node shows a pod of a file of its own, which runs already.
    mutating func tellStaticPod(_ object: JSONValue?) {
        guard event.action == .podCreate, let name = actor.userName, name.hasPrefix("system:node:"),
            object?["metadata"]?["annotations"]?["kubernetes.io/config.mirror"] != nil
        else { return }
        route = .staticPod
    }
}

extension JSONText {
    /// The time that the text is in RFC 3339.
    var timestamp: Timestamp? { unsafe withBytes { unsafe Timestamp(rfc3339: $0) } }
}
