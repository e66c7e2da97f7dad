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
        let parts = query.path.split(separator: "/").drop { $0 != "proxy" }.dropFirst().map(String.init)
        guard let first = parts.first, ["run", "exec", "attach", "cri"].contains(first) else { return [] }
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
        if let user = event.user?["username"]?.text, user == "system:kube-scheduler" { return [] }
        var record = base(.podBind)
        record.placement.nodeName = event.requestObject?["target"]?["name"]?.string
        if event.requestObject == nil { record.visibility = .auditLevelMetadata }
        return [record]
    }
}
