internal import Deployments
internal import JSON

/// A request to a dashboard, an orchestrator or the Kubernetes API itself, as captured over HTTP.
struct ManagementRequest {
    let app: String?
    let method: String
    let target: String
    private let query: Query

    init(app: String?, method: String, target: String) {
        self.app = app
        self.method = method.uppercased()
        self.target = target
        query = Query(of: Query.originForm(target))
    }

    /// The deployments that it asks for; none when no known route of deployment is taken.
    ///
    /// - Parameters:
    ///   - body: its JSON body.
    ///   - text: the body as text, for those that are YAML.
    func deployments(_ base: ContainerDeployment, body: JSONValue?, text: String?) -> [ToldRequest] {
        if body == nil, let text, let json = YAMLReader.json(fromEmbedded: text) {
            var base = base
            base.defects.remove(.unparseableBody)
            let found = try? JSONParser(maximumBytes: 8 << 20).withDocument(json) {
                deployments(base, $0, path: query.path, depth: 0)
            }
            if let found { return found }
        }
        return deployments(base, body, path: query.path, depth: 0)
    }

    /// - Parameter depth: proxies lead to proxies; a few are followed.
    private func deployments(_ base: ContainerDeployment, _ body: JSONValue?, path: String, depth: Int) -> [ToldRequest]
    {
        guard depth < 4 else { return [] }
        let parts = Query.segments(of: path)
        let found = deployments(base, body, parts: parts, depth: depth)
        guard found.isEmpty, depth == 0, isOpen else { return found }
        if let place = Self.kubernetesPlace(in: parts) {
            return deployments(base, body, path: "/" + parts[place...].joined(separator: "/"), depth: depth + 1)
        }
        guard let rest = MountPoint.removed(from: path) else { return [] }
        return deployments(base, body, parts: Query.segments(of: rest), depth: depth)
    }

    private func deployments(_ base: ContainerDeployment, _ body: JSONValue?, parts: [Substring], depth: Int)
        -> [ToldRequest]
    {
        if let inner = proxied(parts) {
            var base = base
            if let route = inner.route { base.route = route }
            if inner.isDocker { return docker(base, body, path: inner.path) }
            return deployments(base, body, path: inner.path, depth: depth + 1)
        }
        if depth > 0 || app != "kubernetes-api",
            let route = ManagementRoutes.first(
                method: method,
                path: parts,
                query: query,
                where: { depth > 0 || isAsked(of: $0) }
            )
        {
            return read(route, base, body).map { ToldRequest(record: $0) }
        }
        // The API server's proxy passes on what the application behind it may yet refuse: an attempt.
        if depth > 0, ["PUT", "PATCH"].contains(method),
            let route = ManagementRoutes.all.first(where: { $0.matches(method: nil, path: parts, query: query) }),
            route.effect == .deploy
        {
            return read(route, base, body).map { ToldRequest(record: $0) }
        }
        guard depth > 0 || isOpen else { return [] }
        return kubernetes(parts, base, body).map { ToldRequest(record: $0) }
    }

    /// Whether the request may be one to Kubernetes, or to something that nobody named.
    private var isOpen: Bool { app.map { $0 == "kubernetes-api" || !ManagementRoutes.apps.contains($0) } ?? true }

    /// Where the path of a namespaced Kubernetes object begins behind something else's prefix: consoles pass the whole API
    /// on (`/clusters/{name}/api/…` in Headlamp, `/api/kubernetes/api/…` in OpenShift's console).
    private static func kubernetesPlace(in parts: [Substring]) -> Int? {
        guard parts.count > 5 else { return nil }
        return (1..<min(8, parts.count - 4)).first { place in
            if parts[place] == "api" { return parts[place + 1] == "v1" && parts[place + 2] == "namespaces" }
            return parts[place] == "apis" && parts[place + 3] == "namespaces"
        }
    }

    private func isAsked(of route: ManagementRoute) -> Bool {
        guard let app, ManagementRoutes.apps.contains(app) else { return true }
        return app == route.app
    }

    /// The request within, where the path leads through a proxy.
    private func proxied(_ parts: [Substring]) -> (path: String, route: Route?, isDocker: Bool)? {
        func rest(_ count: Int) -> String { "/" + parts.dropFirst(count).joined(separator: "/") }
        guard parts.count > 3 else { return nil }
        if parts[0] == "api", parts[1] == "endpoints" {
            let offset = parts[3] == "agent" ? 4 : 3
            guard parts.count > offset + 1 else { return nil }
            if parts[offset] == "docker" { return (rest(offset + 1), .portainer, true) }
            if parts[offset] == "kubernetes", parts[offset + 1] != "helm" {
                return (rest(offset + 1), .portainer, false)
            }
        }
        if parts[0] == "k8s", parts[1] == "clusters" || parts[1] == "proxy", parts[3] == "api" || parts[3] == "apis" {
            return (rest(3), .rancher, false)
        }
        if parts.count > 7, parts[0] == "api", parts[1] == "v1", parts[2] == "namespaces",
            parts[4] == "services" || parts[4] == "pods", parts[6] == "proxy"
        {
            return (rest(7), nil, false)
        }
        return nil
    }

    private func docker(_ base: ContainerDeployment, _ body: JSONValue?, path: String) -> [ToldRequest] {
        // The path was decoded once.
        let path = path.replacing("%", with: "%25")
        guard let route = DockerRoute(method: method, target: path + (query.text.map { "?\($0)" } ?? "")) else {
            return []
        }
        var record = base
        let joins = DockerRequestReader.apply(route, body: body, to: &record)
        if body == nil, DockerRequestReader.needsBody(route) { record.visibility = .bodyNotLogged }
        return [ToldRequest(record: record, route: route, joins: joins)]
    }

    private func read(_ route: ManagementRoute, _ base: ContainerDeployment, _ body: JSONValue?)
        -> [ContainerDeployment]
    {
        // The same request stops what it starts.
        if body?["stopped"]?.bool == true || body?["data"]?["paused"]?.bool == true { return [] }
        var base = base
        if base.route == .dockerAPI { base.route = route.route }
        base.event.action =
            switch route.effect {
            case .exec: .podExec
            case .start: .workloadUpdate
            case .schedule, .deploy: method == "POST" ? .workloadCreate : .workloadUpdate
            }
        base.placement.orchestratorType =
            route.route == .nomad || route.route == .marathon ? route.route.rawValue : "kubernetes"
        let parts = query.path.split(separator: "/").map(String.init)
        if let mark = parts.firstIndex(where: { $0 == "namespaces" || $0 == "workflows" || $0 == "namespace" }),
            mark + 1 < parts.count
        {
            base.placement.namespace = parts[mark + 1]
        }
        if let image = query.value("image"), !image.isEmpty { base.setImage(image) }
        if route.effect == .exec {
            base.process.args = command
            if route.route == .kubeletAPI, parts.count >= 4 {
                base.placement.namespace = parts[1]
                base.placement.resourceName = parts[2]
                base.container.name = parts.last
            }
            if let body { return ManagementBody.records(of: body, route: route.route, base: base).nonEmpty ?? [base] }
            return [base]
        }
        guard let body else {
            if route.effect == .deploy { base.visibility = .bodyNotLogged }
            return [base]
        }
        let found = ManagementBody.records(of: body, route: route.route, base: base)
        return found.isEmpty ? [base] : found
    }

    /// The Kubernetes API itself: `/api/v1/namespaces/{ns}/pods`, `/apis/{group}/{version}/namespaces/{ns}/{resource}`.
    private func kubernetes(
        _ parts: [Substring],
        _ base: ContainerDeployment,
        _ body: JSONValue?
    ) -> [ContainerDeployment] {
        guard let first = parts.first, first == "api" || first == "apis" else { return [] }
        // A dry run leaves nothing behind.
        guard query.value("dryRun") == nil else { return [] }
        var rest = parts.dropFirst(first == "api" ? 2 : 3)
        var base = base
        if base.route == .dockerAPI { base.route = .kubernetesAPI }
        base.placement.orchestratorType = "kubernetes"
        base.placement.resourceGroup = first == "apis" && parts.count > 1 ? String(parts[1]) : ""
        if rest.first == "namespaces", rest.count > 2 {
            base.placement.namespace = String(rest[rest.index(after: rest.startIndex)])
            rest = rest.dropFirst(2)
        }
        guard let resource = rest.first.map(String.init) else { return [] }
        let tail = rest.dropFirst().map(String.init)
        base.placement.resourceType = ResourceKind.singular(of: resource)
        base.placement.resourceName = tail.first
        return request(resource: resource, tail: tail, base, body)
    }

    private func request(
        resource: String,
        tail: [String],
        _ base: ContainerDeployment,
        _ body: JSONValue?
    ) -> [ContainerDeployment] {
        var base = base
        let isPod = resource == "pods"
        if resource == "nodes", tail.count > 2, tail[1] == "proxy", ["run", "exec", "attach"].contains(tail[2]),
            method == "POST" || method == "GET"
        {
            base.event.action = .podExec
            base.route = .kubeletAPI
            base.process.args = command
            return [base]
        }
        if tail.count == 2, isPod, ["exec", "attach", "portforward"].contains(tail[1]),
            method == "POST" || method == "GET"
        {
            base.event.action = tail[1] == "exec" ? .podExec : .podAttach
            base.process.args = query.values("command")
            base.container.name = query.value("container")
            return [base]
        }
        if resource == "bindings" || (tail.count == 2 && tail[1] == "binding"), method == "POST" {
            base.event.action = .podBind
            base.placement.nodeName = body?["target"]?["name"]?.string
            return [base]
        }
        let isCreate = method == "POST" && tail.isEmpty
        let isChange =
            ["PUT", "PATCH"].contains(method) && (tail.count <= 1 || tail.last == "ephemeralcontainers")
        if tail.last == "scale", tail.count == 2, method == "PUT" || method == "PATCH" {
            base.event.action = .workloadUpdate
            base.placement.replicas = body?["spec"]?["replicas"]?.integer.map { Int($0) }
            return [base]
        }
        guard isCreate || isChange else { return [] }
        base.event.action =
            isPod ? (isCreate ? .podCreate : .podUpdate) : (isCreate ? .workloadCreate : .workloadUpdate)
        let found = body.map { WorkloadReader.records(of: $0, base: base, isPatch: method == "PATCH") } ?? []
        if !found.isEmpty { return found }
        let isWorkload =
            (resource == "applications" && base.placement.resourceGroup == "argoproj.io")
            || ResourceKind.isWorkload(resource, group: base.placement.resourceGroup ?? "")
        guard isWorkload else { return [] }
        if body == nil { base.visibility = .bodyNotLogged }
        return [base]
    }

    /// The command that an exec's query holds: words one by one, or as a JSON list (Nomad).
    private var command: [String] {
        let words = query.values("command") + query.values("cmd")
        guard words.count == 1, words[0].hasPrefix("[") else { return words }
        return (try? JSONParser(maximumBytes: 64 << 10).withDocument(words[0]) { $0.strings }) ?? words
    }
}

extension Array {
    /// Nil where there is nothing.
    fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
