internal import Deployments

/// What Argo's servers and Kubeflow's controllers say that they did.
///
/// Sources: argo-workflows `server/apiserver/accesslog/interceptor.go` (`HTTP request`), go-grpc-middleware's logging
/// interceptor (`finished unary call with code OK`, later `finished call`), `workflow/controller/workflowpod.go`
/// (`Created pod: NODE (POD)`); kubeflow `components/notebook-controller/controllers/notebook_controller.go` (`Creating
/// StatefulSet`); katib `pkg/controller.v1beta1/trial/trial_controller_util.go` (`Creating Job`).
///
/// A request over HTTP is passed on within Argo's server as a call, and both are logged, the call first: a call waits for a
/// few lines, and gives way to its request.
struct ServerCalls: Codable {
    private struct Waiting: Codable, AgingLine {
        var call: RemoteCall
        var status: Int
        var place: KeptPlace
        var dueLine: Int
        var age = 0
    }

    private var waiting: [Waiting] = []
    private var line = 0
    private static let patience = 16
    private static let maximumWaiting = 64

    mutating func take(_ structured: StructuredLine, _ line: LogLine, into reading: inout Reading) {
        let place = KeptPlace(line, time: structured.time)
        let fields = structured.fields
        if structured.message == "HTTP request" || structured.message == "http: request complete",
            let method = fields["method"], let path = fields["path"]
        {
            waiting.remove(firstWhere: { $0.call.isMeant(by: method, path: path) })
            var entry = AccessLogEntry()
            entry.take(method, for: .method)
            entry.take(path, for: .target)
            entry.take(fields["status"] ?? "", for: .status)
            reading.take(LoggedRequest(entry, at: place))
        } else if structured.message.hasPrefix("finished "), let service = fields["grpc.service"],
            let method = fields["grpc.method"], let call = RemoteCall(service: service, method: method)
        {
            let status = RemoteCall.httpStatus(of: fields["grpc.code"] ?? "")
            waiting.append(Waiting(call: call, status: status, place: place, dueLine: self.line + Self.patience))
            if waiting.count > Self.maximumWaiting { reading.deployments += Self.deployments(waiting.removeFirst()) }
        } else if let made = MadeObject(structured) {
            reading.deployments.append(made.deployment(at: place))
        }
    }

    /// Counts a line, and tells calls that nothing came after.
    mutating func tick(into deployments: inout [ContainerDeployment]) {
        line += 1
        while let first = waiting.first, first.dueLine <= line {
            deployments += Self.deployments(waiting.removeFirst())
        }
    }

    var isHolding: Bool { !waiting.isEmpty }

    /// Says that time has gone on; the calls that nothing came after.
    mutating func passTime() -> [ContainerDeployment] { waiting.takeOlder(than: 1).flatMap(Self.deployments) }

    mutating func finish() -> [ContainerDeployment] {
        defer { waiting = [] }
        return waiting.flatMap(Self.deployments)
    }

    private static func deployments(_ waiting: Waiting) -> [ContainerDeployment] {
        waiting.call.deployments(status: waiting.status, at: waiting.place)
    }
}

extension Array {
    fileprivate mutating func remove(firstWhere isMeant: (Element) -> Bool) {
        if let index = firstIndex(where: isMeant) { remove(at: index) }
    }
}

/// An object that a controller says it makes.
private struct MadeObject {
    var route: Route
    var action: Action
    var namespace: String?
    var type: String
    var name: String

    init?(_ line: StructuredLine) {
        let fields = line.fields
        if line.message.hasPrefix("Created pod: "), let workflow = fields["workflow"] {
            let pod = line.message.split(separator: "(").last.map { String($0.prefix { $0 != ")" }) }
            self.init(.argoWorkflows, .podCreate, fields["namespace"], "pod", pod ?? workflow)
        } else if line.message == "Creating StatefulSet", let name = fields["name"], let namespace = fields["namespace"]
        {
            self.init(.kubeflowNotebooks, .workloadCreate, namespace, "statefulset", name)
        } else if line.message == "Creating Job", let trial = fields["Trial"], let name = fields["name"] {
            let namespace = trial.split(separator: "/").first.map(String.init)
            self.init(.katib, .workloadCreate, namespace, fields["kind"]?.lowercased() ?? "job", name)
        } else {
            return nil
        }
    }

    private init(_ route: Route, _ action: Action, _ namespace: String?, _ type: String, _ name: String) {
        (self.route, self.action, self.namespace, self.type, self.name) = (route, action, namespace, type, name)
    }

    func deployment(at place: KeptPlace) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: place.timestamp,
                id: "\(place.path)#\(place.offset)",
                action: action,
                dataset: .managementLog
            ),
            route: route
        )
        record.log = place.position
        record.placement.orchestratorType = "kubernetes"
        record.placement.namespace = namespace
        record.placement.resourceType = type
        record.placement.resourceName = name
        record.visibility = .bodyNotLogged
        return record
    }
}
