internal import Deployments
internal import JSON

/// Reads dockerd's own log: requests and their bodies at debug level, and what little there is at info level.
///
/// A request's line and its body's line are two, and the lines of other requests may stand between them; they are
/// paired only when the body's shape leaves no choice. A deployment is held for a while, since its outcome and the
/// container's id come later.
package struct DockerLogDialect: Dialect {
    private let parser = JSONParser(maximumBytes: 4 << 20)
    private var requests = OpenRequests()
    private var held = HeldDeployments()
    private var conversation = DockerConversation()
    private var lines = 0
    private var pendingExecs = 0
    private var host: String?

    package init() {}

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        lines += 1
        if unsafe record.bytes.first == UInt8(ascii: "{") {
            readEnvelope(record, &reading)
        } else if let line = unsafe DockerLogLine(record.bytes) {
            handle(line, record.position, &reading)
        } else if record.defects.contains(.oversized) {
            reading.problems.append(
                ReadingProblem(at: record.position, "the line is larger than the limit and was not read")
            )
        }
        // Cheap enough for every line: nothing is held most of the time.
        if !requests.isEmpty || !held.isEmpty { settle(before: lines, &reading) }
    }

    package mutating func finish(into reading: inout Reading) {
        settle(before: .max, &reading)
    }

    private mutating func readEnvelope(_ record: RawRecord, _ reading: inout Reading) {
        do throws(JSONError) {
            let entry = try unsafe parser.withDocument(record.bytes, isPadded: true) { JournalEntry($0) }
            guard let entry else { return }
            var message = Array(entry.message.utf8)
            let count = message.count
            message += [UInt8](repeating: 0, count: JSONParser.padding)
            let line = unsafe message.withUnsafeBytes {
                unsafe DockerLogLine(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            guard var line else { return }
            line.time = line.time ?? entry.time
            line.host = line.host ?? entry.host
            handle(line, record.position, &reading)
        } catch {
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    private mutating func handle(
        _ line: DockerLogLine,
        _ position: ContainerDeployment.LogPosition,
        _ reading: inout Reading
    ) {
        host = line.host ?? host
        switch line.kind {
        case .calling(let method, let target):
            requests.open(.init(method: method, target: target, time: line.time, position: position, line: lines))
        case .body(let body):
            readBody(body, position, &reading)
        case .handling(let method, let target, let body):
            let request = OpenRequests.Request(
                method: method,
                target: target,
                time: line.time,
                position: position,
                line: lines
            )
            tell(request, body: body, &reading)
        case .failure(let method, let target, let reason):
            requests.flushed(upTo: .max, target: target).forEach { tell($0, body: nil, &reading) }
            held.fail(method: method, target: target, reason: reason)
        case .containerEvent: break
        }
    }

    private mutating func readBody(
        _ body: String,
        _ position: ContainerDeployment.LogPosition,
        _ reading: inout Reading
    ) {
        let shape = (try? parser.withDocument(body) { BodyShape($0) }) ?? nil
        switch requests.take(for: shape) {
        case .one(let request): tell(request, body: body, &reading)
        case .ambiguous(let request):
            // Whose body it is cannot be told: it is read, but under nobody's name.
            reading.problems.append(
                ReadingProblem(
                    at: position,
                    "two requests were open whose body this could be: it is told without a name"
                )
            )
            tell(request, body: body, &reading)
        case .none: break
        }
    }

    private mutating func tell(_ request: OpenRequests.Request, body: String?, _ reading: inout Reading) {
        guard let route = DockerRoute(method: request.method, target: request.target) else { return }
        var record = base(request, route)
        if let body {
            do throws(JSONError) {
                try parser.withDocument(body) { DockerRequestReader.apply(route, body: $0, to: &record) }
            } catch {
                record.defects.insert(.unparseableBody)
                DockerRequestReader.apply(route, body: nil, to: &record)
            }
        } else {
            DockerRequestReader.apply(route, body: nil, to: &record)
            if DockerRequestReader.needsBody(route) { record.visibility = .bodyNotLogged }
        }
        conversation.join(&record)
        if record.event.action == .containerStart, record.host == HostAccess(), record.security == Security() {
            if let name = held.start(record.container.name ?? record.container.id ?? "") {
                conversation.alias(record.container.id ?? "", of: name)
                return
            }
        }
        // An exec's start follows its create, which told the command.
        if route.body == .execStart, pendingExecs > 0 {
            pendingExecs -= 1
            return
        }
        if record.event.action == .containerExec { pendingExecs = min(pendingExecs + 1, 1_024) }
        held.hold(record, request: request, line: lines)
    }

    private func base(_ request: OpenRequests.Request, _ route: DockerRoute) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: request.time,
                id: "\(request.time?.description ?? "")#\(request.position.offset)",
                action: route.action,
                dataset: .dockerDaemon
            ),
            route: .dockerAPI
        )
        record.log = request.position
        record.placement.hostName = host
        var http = ContainerDeployment.HTTPRequest()
        http.method = request.method
        http.path = route.query.path
        http.query = route.query.text
        record.http = http
        return record
    }

    private mutating func settle(before line: Int, _ reading: inout Reading) {
        for request in requests.flushed(upTo: line) { tell(request, body: nil, &reading) }
        held.release(before: line, into: &reading.deployments)
    }
}

/// What a journal or a container runtime wrapped around a line of text.
struct JournalEntry {
    var message: String
    var host: String?
    var time: Timestamp?

    /// Reads `journalctl -o json` and Docker's json-file form; nil for another object.
    init?(_ entry: JSONValue) {
        if let message = entry["MESSAGE"] {
            // A message that is no UTF-8 comes as an array of bytes.
            self.message =
                message.string
                ?? String(
                    decoding: message.elements.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } },
                    as: UTF8.self
                )
            host = entry["_HOSTNAME"]?.string
            time = entry["__REALTIME_TIMESTAMP"]?.string.flatMap { Int64($0) }.map(Timestamp.init(microseconds:))
        } else if let log = entry["log"]?.string {
            message = log
            time = entry["time"]?.text?.timestamp
        } else {
            return nil
        }
    }
}
