internal import Deployments
internal import JSON

/// Kubeflow's web applications (notebooks, volumes, tensorboards): gunicorn's access log, and before each of its lines what
/// the application says of the request: who asks, and for notebooks the body and the object made of it.
///
/// Source: kubeflow/kubeflow v1.9.2, `components/crud-web-apps` (`crud_backend/authn.py`, `csrf.py`;
/// `jupyter/backend/apps/default/routes/post.py`, `apps/common/routes/patch.py`), logged as `TIME | LOGGER | LEVEL | MESSAGE`.
///
/// Several workers write into one log. Lines are joined where only one request can be meant, or where the body names what
/// the request's path names; otherwise who asked stays unknown.
struct WebAppLog: Codable {
    /// A request whose line has not come.
    private struct Open: Codable, AgingLine {
        var user: String?
        /// The body, as JSON.
        var body: String?
        /// The object made of it, as JSON.
        var object: String?
        var namespace: String?
        var name: String?
        var reason: String?
        var place: KeptPlace
        var age = 0
    }

    private var open: [Open] = []
    /// Whether the log is such an application's, and its access log with it.
    private var isKnown = false
    private static let maximumOpen = 64
    private static let maximumBody = 64 << 10
    private static let bar = Needle(" | ")

    /// Takes a line that the application wrote, if it is one.
    mutating func take(_ text: ApplicationText, _ deployments: inout [ContainerDeployment]) -> Bool {
        guard let first = text.bytes.first, (48...57).contains(first), let mark = text.first(Self.bar, within: 64)
        else {
            return false
        }
        let head = text.text(mark..<min(text.bytes.endIndex, mark + 256)).split(separator: " | ", maxSplits: 2)
        guard head.count == 3 else { return false }
        isKnown = true
        let start = mark + 3 + head[0].utf8.count + 3 + head[1].utf8.count + 3
        let place = KeptPlace(text.line, time: AccessLogTime.read(text.text(text.bytes.startIndex..<mark)))
        guard start <= text.bytes.endIndex else { return true }
        take(head[0], text.bytes[start...], place)
        while open.count > Self.maximumOpen { deployments += Self.tell(open.removeFirst()) }
        return true
    }

    private mutating func take(_ logger: Substring, _ message: ArraySlice<UInt8>, _ place: KeptPlace) {
        if let user = Self.rest(message, behind: "Handling request for user: ") {
            open.append(Open(user: user, place: place))
        } else if let body = Self.rest(message, behind: "Got body: ") {
            takeBody(body, place)
        } else if let object = Self.rest(message, behind: "Creating Notebook: ") {
            takeObject(object, place)
        } else if let reason = Self.rest(message, behind: "HTTP Exception handled: "), open.count == 1 {
            open[0].reason = String(reason.prefix(1_024))
        }
    }

    private static func rest(_ message: ArraySlice<UInt8>, behind beginning: String) -> String? {
        guard message.starts(with: beginning.utf8) else { return nil }
        return String(decoding: message.dropFirst(beginning.utf8.count).prefix(maximumBody), as: UTF8.self)
    }

    private mutating func takeBody(_ text: String, _ place: KeptPlace) {
        let json = PythonLiteral.json(of: text)
        let told = json.flatMap { json in
            try? Self.parser.withDocument(json) { ($0["namespace"]?.string, $0["name"]?.string) }
        }
        let waiting = open.indices.filter { open[$0].body == nil }
        var request = Open(place: place)
        if waiting.count == 1 { request = open.remove(at: waiting[0]) }
        request.body = json
        (request.namespace, request.name) = told ?? (nil, nil)
        open.append(request)
    }

    private mutating func takeObject(_ text: String, _ place: KeptPlace) {
        guard let json = PythonLiteral.json(of: text) else { return }
        let told = try? Self.parser.withDocument(json) { root -> (String?, String?, String?) in
            let metadata = root["metadata"]
            let creator = metadata?["annotations"]?["notebooks.kubeflow.org/creator"]?.string
            return (metadata?["namespace"]?.string, metadata?["name"]?.string, creator)
        }
        guard let (namespace, name, creator) = told else { return }
        let index = open.lastIndex { $0.body != nil && $0.object == nil && $0.name == name }
        var request = index.map { open.remove(at: $0) } ?? Open(place: place)
        request.object = json
        request.namespace = namespace ?? request.namespace
        request.name = name
        request.user = request.user ?? creator
        open.append(request)
    }

    /// Takes a request in the access log, with what the lines before it said.
    mutating func join(_ request: LoggedRequest, into reading: inout Reading) {
        guard isKnown else { return reading.take(request) }
        let opened = opened(by: request)
        reading.tell(Self.logged(request, opened).webRequest, at: request.position)
        reading.deployments += Self.tell(request, opened)
    }

    private mutating func opened(by request: LoggedRequest) -> Open? {
        guard !open.isEmpty else { return nil }
        let parts = Query.segments(of: Query(of: request.entry.requestTarget ?? "").path)
        let namespace = parts.firstIndex(of: "namespaces").flatMap {
            parts.indices.contains($0 + 1) ? parts[$0 + 1] : nil
        }
        return take(request.entry.method ?? "", namespace.map(String.init))
    }

    /// Takes the open request that an access line closes.
    private mutating func take(_ method: String, _ namespace: String?) -> Open? {
        let hasBody = ["POST", "PATCH", "PUT"].contains(method)
        if hasBody {
            let fitting = open.indices.filter { index in
                open[index].body != nil && (open[index].namespace == nil || open[index].namespace == namespace)
            }
            if let index = fitting.first { return open.remove(at: index) }
        }
        let waiting = open.indices.filter { open[$0].body == nil && open[$0].object == nil }
        guard let index = waiting.first else { return nil }
        var request = open.remove(at: index)
        // Of several nobody knows which it was.
        if waiting.count > 1 { request.user = nil }
        return request
    }

    /// Tells what was asked for and never answered in the log.
    mutating func finish() -> [ContainerDeployment] {
        defer { open = [] }
        return open.flatMap { Self.tell($0) }
    }

    var isHolding: Bool { !open.isEmpty }

    /// Requests take no longer than that many seconds.
    private static let patience = 30

    /// Says that time has gone on; what will not be answered in the log any more.
    mutating func passTime() -> [ContainerDeployment] { open.takeOlder(than: Self.patience).flatMap { Self.tell($0) } }

    private static var parser: JSONParser { JSONParser(maximumBytes: maximumBody * 2) }

    private static func tell(_ request: Open) -> [ContainerDeployment] {
        // A body without a name changes something that nobody named.
        guard request.body != nil || request.object != nil, let namespace = request.namespace, request.name != nil
        else {
            return []
        }
        var entry = AccessLogEntry()
        entry.take("POST", for: .method)
        entry.take("/api/namespaces/\(namespace)/notebooks", for: .target)
        return tell(LoggedRequest(entry, at: request.place), request)
    }

    /// A request as the application knows it.
    private static func logged(_ request: LoggedRequest, _ open: Open?) -> LoggedRequest {
        var logged = request
        logged.dataset = .managementLog
        logged.entry.user = request.entry.user ?? open?.user
        return logged
    }

    private static func tell(_ request: LoggedRequest, _ open: Open?) -> [ContainerDeployment] {
        let logged = logged(request, open)
        let json = open?.object ?? open?.body
        let found = json.flatMap { json in try? parser.withDocument(json) { logged.deployments(body: $0, text: nil) } }
        var deployments = found ?? logged.deployments
        for index in deployments.indices { deployments[index].event.reason = open?.reason }
        return deployments
    }
}
