internal import Deployments
internal import JSON

/// Requests that deploy by another way than an object: exec, attach, binding, and what goes through a proxy.
extension AuditRequest {
    /// A command run in a pod or its terminal joined.
    func exec(_ action: Action) -> ContainerDeployment {
        var record = base(action)
        let query = Query(of: event.requestURI.map { String($0) } ?? "")
        record.process.args = query.values("command")
        record.container.name = query.value("container")
        if action == .podExec, record.process.args.isEmpty { record.visibility = .bodyNotLogged }
        return record
    }

    /// Run and exec on a kubelet through the API server's proxy; nothing for its other paths.
    func kubelet() -> [ContainerDeployment] {
        let query = Query(of: event.requestURI.map { String($0) } ?? "")
        let path = query.path.split(separator: "/").drop { $0 != "proxy" }.dropFirst().map(String.init)
        guard let call = KubeletCall(path: path) else { return [] }
        var record = call.record(base(call.action))
        record.process.args = query.values("command") + query.values("cmd")
        return [record]
    }

    /// A request to a dashboard or the like behind the API server's proxy; nothing where none is known to deploy.
    func proxied() -> [ContainerDeployment] {
        guard let verb = event.verb, let target = event.requestURI else { return [] }
        let method = verb == "create" ? "POST" : verb == "update" ? "PUT" : "PATCH"
        var record = base(.workloadCreate)
        // The route is for whoever stands behind the proxy to say.
        record.route = .dockerAPI
        record.visibility = .bodyNotLogged
        let request = ManagementRequest(app: nil, method: method, target: String(target))
        let told = request.deployments(record, body: event.requestObject, text: nil)
        return told.compactMap(\.record).filter { $0.route != .dockerAPI }
    }

    /// A pod bound to a node by someone else than the scheduler.
    func binding() -> [ContainerDeployment] {
        if let user = event.user?["username"]?.text, ObjectReference.isScheduler(user) { return [] }
        var record = base(.podBind)
        record.placement.nodeName = event.requestObject?["target"]?["name"]?.string
        if event.requestObject == nil { record.visibility = .auditLevelMetadata }
        return [record]
    }
}

extension ObjectReference {
    /// Whether binding pods is that user's work.
    static func isScheduler(_ user: JSONText) -> Bool { user == "system:kube-scheduler" }
}

/// A call of a kubelet's own API that runs something in a container, by its path: `/run/NAMESPACE/POD/CONTAINER`.
struct KubeletCall {
    let action: Action
    private let path: [String]

    /// Nil for a path that runs nothing.
    init?(path: [String]) {
        guard let first = path.first, ["run", "exec", "attach", "cri"].contains(first) else { return nil }
        self.path = path
        action = first == "attach" ? .podAttach : .podExec
    }

    /// What it runs in.
    func record(_ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        record.route = .kubeletAPI
        if path.count >= 4 {
            record.placement.namespace = path[1]
            record.placement.resourceType = "pod"
            record.placement.resourceName = path[2]
            record.container.name = path.last
        }
        return record
    }
}
