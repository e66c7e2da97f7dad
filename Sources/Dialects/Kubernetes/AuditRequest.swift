internal import Deployments
internal import JSON

/// One audited request: how its parts become a deployment record.
struct AuditRequest {
    enum Stage { case received, started, complete }

    let event: AuditEvent
    let reference: ObjectReference
    let position: ContainerDeployment.LogPosition

    var stage: Stage {
        guard let stage = event.stage else { return .complete }
        if stage == "RequestReceived" { return .received }
        return stage == "ResponseStarted" ? .started : .complete
    }

    var isUpdate: Bool { event.verb.map { $0 == "update" } ?? false }

    /// Exec and attach are answered when they end; their start is what counts.
    var isLongRunning: Bool { reference.subresource.map { $0 == "exec" || $0 == "attach" || $0 == "proxy" } ?? false }

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

    /// Whether one of the cluster's own controllers made it.
    ///
    /// Others may write what owner they like into an object.
    var isMadeByController: Bool {
        guard let name = event.user?["username"]?.text else { return false }
        if name == "system:kube-controller-manager" { return true }
        guard name.hasPrefix("system:serviceaccount:kube-system:") else { return false }
        return String(name).hasSuffix("-controller")
    }

    var kindOfResource: String? {
        reference.resource.map { ResourceKind.singular(of: String($0)) }
    }

    var nameOfObject: JSONText? {
        reference.name ?? event.responseObject?["metadata"]?["name"]?.text
            ?? event.requestObject?["metadata"]?["name"]?.text
    }

    func key(kind: JSONText?, name: JSONText?) -> UInt64 {
        var hash = TextHash()
        hash.combine(lowercased: kind)
        hash.combine(reference.namespace)
        hash.combine(name)
        return hash.value
    }

    func key(kind: String?, name: JSONText?) -> UInt64 {
        var hash = TextHash()
        hash.combine(kind)
        hash.combine(reference.namespace)
        hash.combine(name)
        return hash.value
    }
}

extension AuditRequest {
    /// The deployments that a create, update or patch asks for; nil when it deploys nothing.
    func deployments(isPatch: Bool) -> [ContainerDeployment]? {
        let isEphemeral = reference.subresource.map { $0 == "ephemeralcontainers" } ?? false
        let isPod = reference.resource.map { $0 == "pods" } ?? false
        // Server-side apply creates by patch.
        let isCreate = event.verb.map { $0 == "create" } ?? false || statusCode == 201
        var base = base(
            isPod
                ? (isCreate && !isEphemeral ? .podCreate : .podUpdate) : (isCreate ? .workloadCreate : .workloadUpdate)
        )
        guard let object = event.requestObject else {
            guard isPod || ResourceKind.deploys(reference) else { return nil }
            base.visibility = level == .metadata ? .auditLevelMetadata : .bodyNotLogged
            return [base]
        }
        if let kind = object["kind"]?.text, WorkloadReader.isNoWorkload(kind: kind) { return nil }
        let found =
            isPatch
            ? PatchReader.records(of: object, request: self, base: base)
            : WorkloadReader.records(of: object, base: base)
        guard !found.isEmpty else { return nil }
        return found + (injectedContainers() ?? [])
    }

    /// Containers that stand in the answer and not in the request: a webhook put them there.
    func injectedContainers() -> [ContainerDeployment]? {
        guard let asked = event.requestObject?["spec"]?["containers"],
            let given = event.responseObject?["spec"]?["containers"],
            asked.count < given.count
        else { return [] }
        let names = Set(asked.elements.compactMap { $0["name"]?.string })
        return WorkloadReader.records(of: event.responseObject ?? asked, base: base(.podCreate)).filter {
            $0.container.role == .app && !names.contains($0.container.name ?? "")
        }
    }

    /// A command run in a pod or its terminal joined.
    func exec(_ action: Action) -> ContainerDeployment {
        var record = base(action)
        let query = Query(of: event.requestURI.map { String($0) } ?? "")
        record.process.args = query.values("command")
        record.container.name = query.values("container").first
        record.http?.query = query.text
        if record.process.args.isEmpty { record.visibility = .bodyNotLogged }
        return record
    }

    /// Run and exec on a kubelet through the API server's proxy; nil for its other paths.
    func kubelet() -> [ContainerDeployment]? {
        let target = event.requestURI.map { String($0) } ?? ""
        let query = Query(of: target)
        let parts = query.path.split(separator: "/").drop { $0 != "proxy" }.dropFirst().map(String.init)
        guard let first = parts.first, ["run", "exec", "attach", "cri"].contains(first) else { return nil }
        var record = base(first == "attach" ? .podAttach : .podExec)
        record.route = .kubeletAPI
        if parts.count >= 4 {
            record.placement.namespace = parts[1]
            record.placement.resourceName = parts[2]
            record.container.name = parts.last
        }
        record.process.args = query.values("command") + query.values("cmd")
        return [record]
    }

    /// A pod bound to a node by someone else than the scheduler.
    func binding() -> ContainerDeployment? {
        if let user = event.user?["username"]?.text, user == "system:kube-scheduler" { return nil }
        var record = base(.podBind)
        record.placement.nodeName = event.requestObject?["target"]?["name"]?.string
        if event.requestObject == nil { record.visibility = .auditLevelMetadata }
        return record
    }

    private enum Level { case metadata, request }

    private var level: Level { event.level.map { $0 == "Metadata" } ?? false ? .metadata : .request }

    private var statusCode: Int? { event.responseStatus?["code"]?.integer.map { Int($0) } }

    private func base(_ action: Action) -> ContainerDeployment {
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
        if let user = event.user {
            // An unauthenticated request that was refused has an empty name.
            record.actor.userName = user["username"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            record.actor.groups = user["groups"]?.strings ?? []
        }
        record.actor.effectiveName = event.impersonated?["username"]?.string
        // Clients may prepend addresses of their choice (X-Forwarded-For); the last is the peer.
        record.actor.sourceIP = event.sourceIPs?.strings.last
        record.actor.userAgent = event.userAgent.map { String($0) }
        var request = ContainerDeployment.HTTPRequest()
        request.path = event.requestURI.map { Query(of: String($0)).path }
        request.statusCode = statusCode
        record.http = request
        record.placement.orchestratorType = "kubernetes"
        record.placement.namespace = reference.namespace.map { String($0) }
        record.placement.resourceType = kindOfResource
        record.placement.resourceName = reference.name.map { String($0) }
        record.placement.resourceGroup = reference.group.map { String($0) }
        if outcome == .failure { record.event.reason = event.responseStatus?["message"]?.string }
        if event.hasDuplicates { record.defects.insert(.duplicateKeys) }
        if event.annotations?["audit.k8s.io/truncated"] != nil {
            record.defects.insert(.truncated)
            record.visibility = .truncated
        }
        if action == .podCreate, let name = record.actor.userName, name.hasPrefix("system:node:"),
            event.requestObject?["metadata"]?["annotations"]?["kubernetes.io/config.mirror"] != nil
        {
            record.route = .staticPod
        }
        return record
    }

    private var outcome: Outcome {
        if stage == .received { return .unknown }
        guard let code = statusCode else { return .unknown }
        return code < 400 ? .success : .failure
    }
}

extension JSONText {
    /// The time that the text is in RFC 3339.
    var timestamp: Timestamp? { unsafe withBytes { unsafe Timestamp(rfc3339: $0) } }
}
