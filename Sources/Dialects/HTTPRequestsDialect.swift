internal import Deployments
internal import JSON

/// Reads captured HTTP requests, one JSON object a line: `{time, source_ip, user, app, method, target, headers, body}`.
///
/// `body` is an object, or a string taken as the exact bytes. `app` names what was asked (`docker-engine`, `podman`,
/// `portainer`…); where it is absent the path and the body decide.
package struct HTTPRequestsDialect: Dialect {
    private let parser: JSONParser
    private let bodies: JSONParser
    private var conversation = DockerConversation()
    private var pendingCreates = 0
    private var pendingExecs = 0

    package init(maximumRecordBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumRecordBytes)
        bodies = JSONParser(maximumBytes: maximumRecordBytes)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            reading.deployments.append(Self.oversized(record))
            reading.problems.append(
                ReadingProblem(at: record.position, "the record is larger than the limit and was not read")
            )
            return
        }
        do throws(JSONError) {
            let bodies = bodies
            let found = try unsafe parser.withDocument(record.bytes, isPadded: true) { root in
                CapturedRequest(root, record.position).map { request in request.deployments(bodies) } ?? []
            }
            for deployment in found { tell(deployment, &reading) }
        } catch {
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    private mutating func tell(_ deployment: ContainerDeployment, _ reading: inout Reading) {
        var deployment = deployment
        if deployment.event.dataset == .dockerAPI {
            conversation.join(&deployment)
            // A start right behind a create is the same deployment, unless it brings a configuration of its own.
            let isBare =
                deployment.host == HostAccess() && deployment.security == Security() && deployment.defects.isEmpty
            if deployment.event.action == .containerStart, isBare, pendingCreates > 0 {
                pendingCreates -= 1
                return
            }
            // Likewise an exec and its start.
            if deployment.event.action == .containerExec {
                let isStart = deployment.process.args.isEmpty && deployment.http?.path?.hasSuffix("/start") == true
                if isStart, pendingExecs > 0 {
                    pendingExecs -= 1
                    return
                }
                if !isStart { pendingExecs = min(pendingExecs + 1, 1_024) }
            }
            if deployment.event.action == .containerCreate, deployment.event.outcome != .failure {
                pendingCreates = min(pendingCreates + 1, 1_024)
            }
        }
        reading.deployments.append(deployment)
    }

    private static func oversized(_ record: RawRecord) -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(
                id: "\(record.position.path)#\(record.position.offset)",
                action: .containerCreate,
                dataset: .dockerAPI
            ),
            route: .dockerAPI
        )
        deployment.log = record.position
        deployment.defects = [.oversized]
        deployment.visibility = .truncated
        return deployment
    }
}

/// One captured request.
struct CapturedRequest {
    let app: String?
    let method: String
    let target: String
    let position: ContainerDeployment.LogPosition
    let root: JSONValue

    /// Reads the parts of a line; nil for an object that is no request.
    init?(_ root: JSONValue, _ position: ContainerDeployment.LogPosition) {
        guard let method = root["method"]?.string, let target = root["target"]?.string ?? root["path"]?.string else {
            return nil
        }
        self.app = root["app"]?.string
        self.method = method
        self.target = target
        self.position = position
        self.root = root
    }

    /// The deployments that the request asks for.
    func deployments(_ parser: JSONParser) -> [ContainerDeployment] {
        guard let body = root["body"], let text = body.string else { return read(root["body"], defects: []) }
        guard !text.isEmpty else { return read(nil, defects: []) }
        do throws(JSONError) {
            return try parser.withDocument(text) { read($0, defects: []) }
        } catch {
            return readBroken(text, error, parser)
        }
    }

    /// A body that is not one JSON value: the server may still read its first.
    private func readBroken(_ text: String, _ error: JSONError, _ parser: JSONParser) -> [ContainerDeployment] {
        if let first = LeadingValue.text(of: text) {
            let found = try? parser.withDocument(first) { read($0, defects: [.trailingData]) }
            if let found { return found }
        }
        return read(
            nil,
            defects: DockerRoute(method: method, target: target).map { $0.body == .form || $0.body == .none } == true
                ? [] : [.unparseableBody],
            form: text
        )
    }

    private func read(_ body: JSONValue?, defects: Set<RecordDefect>, form: String? = nil) -> [ContainerDeployment] {
        var base = base
        base.defects = defects
        if app == nil || app == "docker-engine" || app == "docker-swarm" || app == "podman" || app == "docker" {
            if let route = DockerRoute(method: method, target: target) {
                base.event.dataset = .dockerAPI
                base.route = app == "podman" ? .podmanAPI : .dockerAPI
                DockerRequestReader.apply(route, body: body, to: &base)
                if route.action == .serviceCreate || route.action == .serviceUpdate { base.route = .swarm }
                if let form, route.action == .imagePull { DockerRequestReader.applyPull(Query(form: form), to: &base) }
                return [base]
            }
            if app != nil { return [] }
        }
        return ManagementRequest(app: app, method: method, target: target, body: body).deployments(base)
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
        let query = Query(of: target)
        var http = ContainerDeployment.HTTPRequest()
        http.method = method.uppercased()
        http.path = query.path
        http.query = query.text
        http.statusCode = (root["response"]?["status"] ?? root["status"])?.integer.map { Int($0) }
        record.http = http
        if let status = http.statusCode { record.event.outcome = status < 400 ? .success : .failure }
        record.actor.sourceIP = root["source_ip"]?.string
        record.actor.userName = root["user"]?.string
        record.actor.tlsClientSubject = root["tls_client_subject"]?.string
        record.actor.userAgent = header("user-agent")
        return record
    }

    private var time: Timestamp? {
        if let text = root["time"]?.text { return text.timestamp }
        return (root["time"] ?? root["t"])?.double.flatMap { Timestamp(seconds: $0) }
    }

    /// A header's value; headers are an object or a list of pairs, their names in any case.
    private func header(_ name: String) -> String? {
        guard let headers = root["headers"] else { return root["ua"]?.string }
        for (key, value) in headers.members where String(key).lowercased() == name { return value.strings.first }
        for pair in headers.elements {
            let pair = pair.strings
            if pair.count == 2, pair[0].lowercased() == name { return pair[1] }
        }
        return nil
    }
}

/// Finds where the first JSON value of a text ends: Go's decoder reads that one and may leave the rest.
enum LeadingValue {
    /// The first object or array; nil when the text does not start with one or it never ends.
    static func text(of text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(where: { $0 > 32 }),
            bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[")
        else { return nil }
        var depth = 0
        var isInString = false
        var isEscaped = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 {
                    return index + 1 < bytes.count ? String(decoding: bytes[start...index], as: UTF8.self) : nil
                }
            default: break
            }
        }
        return nil
    }
}
