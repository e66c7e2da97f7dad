internal import Deployments
internal import JSON

/// One captured request.
struct CapturedRequest {
    let app: String?
    let method: String
    let target: String
    let position: ContainerDeployment.LogPosition
    let root: JSONValue
    let bodies: RequestBody

    /// Reads the parts of a line; nil for an object that is no request.
    init?(_ root: JSONValue, _ position: ContainerDeployment.LogPosition, _ bodies: RequestBody) {
        guard let method = root["method"]?.string, let target = root["target"]?.string ?? root["path"]?.string else {
            return nil
        }
        self.app = root["app"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        self.method = method
        self.target = target
        self.position = position
        self.root = root
        self.bodies = bodies
    }

    /// The deployments that the request asks for.
    func deployments() -> [ToldRequest] {
        let isDocker = app.map { ["docker-engine", "docker-swarm", "docker", "podman"].contains($0) } ?? true
        if isDocker,
            let route = DockerRoute(method: method, target: target, form: form)
                ?? MountPoint.removed(from: Query.originForm(target)).flatMap({
                    DockerRoute(method: method, target: $0, form: form)
                })
        {
            return docker(route, base)
        }
        if isDocker, app != nil { return [] }
        let request = ManagementRequest(app: app, method: method, target: target)
        return withBody { body, defects in
            var base = base
            base.defects = defects
            return request.deployments(base, body: body, text: text)
        }
    }

    private func docker(_ route: DockerRoute, _ base: ContainerDeployment) -> [ToldRequest] {
        var base = base
        base.event.dataset = .dockerAPI
        base.route = app == "podman" ? .podmanAPI : .dockerAPI
        if route.body == .manifest { return manifest(route, base) }
        guard route.takesJSON else {
            var record = base
            DockerRequestReader.apply(route, body: nil, to: &record)
            return [ToldRequest(record: record, route: route)]
        }
        return withBody { body, defects in
            var record = base
            record.defects = defects
            let joins = DockerRequestReader.apply(route, body: body, to: &record)
            if body == nil, defects.isEmpty, DockerRequestReader.needsBody(route) { record.visibility = .bodyNotLogged }
            if route.action == .containerCreate, record.container.id == nil {
                record.container.id = root["response"]?["body"]?["Id"]?.string
            }
            return [ToldRequest(record: record, route: route, joins: joins)]
        }
    }

    /// Podman's `play kube`: a Kubernetes manifest, each container of which is a record.
    private func manifest(_ route: DockerRoute, _ base: ContainerDeployment) -> [ToldRequest] {
        var record = base
        DockerRequestReader.apply(route, body: nil, to: &record)
        let found =
            text.map { ManagementBody.records(ofText: $0, base: record) }
            ?? root["body"].map { ManagementBody.records(ofManifest: $0, base: record) } ?? []
        guard found.isEmpty else { return found.map { ToldRequest(record: $0, route: route) } }
        if text == nil { record.visibility = .bodyNotLogged } else { record.defects.insert(.unparseableBody) }
        return [ToldRequest(record: record, route: route)]
    }

    /// The body's exact bytes, where it is given as them.
    private var text: String? { root["body"]?.string.flatMap { $0.isEmpty ? nil : $0 } }

    /// The body, where it is a form.
    private var form: String? {
        guard method == "POST", let text else { return nil }
        guard let type = header("content-type") else {
            return text.utf8.first.map { $0 > 32 && $0 != 123 && $0 != 91 } == true && text.contains("=") ? text : nil
        }
        return type.lowercased().hasPrefix("application/x-www-form-urlencoded") ? text : nil
    }

    private func withBody<Result>(_ read: (JSONValue?, Set<RecordDefect>) -> Result) -> Result {
        guard let body = root["body"], !body.isNull else { return read(nil, []) }
        guard let text = body.string else { return read(body, []) }
        guard text.utf8.contains(where: { $0 > 32 }) else { return read(nil, []) }
        return bodies.read(.text(text), read)
    }

    private var base: ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: time,
                id: root["id"]?.string ?? "\(position.path)#\(position.offset)",
                action: .workloadCreate,
                dataset: .managementAPI
            ),
            route: .dockerAPI
        )
        record.log = position
        let query = Query(of: Query.originForm(target))
        var http = ContainerDeployment.HTTPRequest()
        http.method = method.uppercased()
        http.path = query.path
        http.query = query.text
        http.statusCode = (root["response"]?["status"] ?? root["status"])?.integer.flatMap { Int(exactly: $0) }
        record.http = http
        record.event.outcome = Outcome(httpStatus: http.statusCode)
        record.actor.sourceIP = root["source_ip"]?.string
        record.actor.userName = root["user"]?.string
        record.actor.tlsClientSubject = root["tls_client_subject"]?.string
        record.actor.userAgent = header("user-agent")
        return record
    }

    /// The request as a web server would have logged it.
    var webRequest: WebRequest {
        let base = base
        var request = WebRequest(method: method, target: target)
        request.time = base.event.timestamp
        request.host = header("host")
        request.statusCode = base.http?.statusCode
        request.clientAddress = base.actor.sourceIP
        request.userName = base.actor.userName
        request.userAgent = base.actor.userAgent
        request.certificateSubject = base.actor.tlsClientSubject
        return request
    }

    private var time: Timestamp? {
        if let text = root["time"]?.text { return text.timestamp }
        return (root["time"] ?? root["t"])?.double.flatMap { Timestamp(seconds: $0) }
    }

    /// A header's value; headers are an object or a list of pairs, their names in any case, the first one counting.
    private func header(_ name: String) -> String? {
        guard let headers = root["headers"] else { return name == "user-agent" ? root["ua"]?.string : nil }
        for (key, value) in headers.members where String(key).lowercased() == name { return value.strings.first }
        for pair in headers.elements {
            let pair = pair.strings
            if pair.count == 2, pair[0].lowercased() == name { return pair[1] }
        }
        return nil
    }
}
