internal import Deployments
internal import JSON

/// Reads dockerd's own log: requests and their bodies at debug level, and what little there is at info level.
///
/// A request's line and its body's line are two (one from version 28 on), and the lines of other requests may stand
/// between them; see ``OpenRequests``. A deployment is held for a while, since its outcome and the container's id come
/// later.
package struct DockerLogDialect: Dialect {
    private let envelopes = LogEnvelopes()
    private let bodies = RequestBody()
    private let daemonEvents = DaemonEvents()
    // Remembered: see DockerLogDialect+Memory.swift.
    var requests = OpenRequests()
    var held = HeldDeployments()
    var conversation = DockerConversation()
    var info = InfoLevelStarts()
    var seenIDs = KnownWorkloads()
    /// Lines of dockerd's own; a journal's export has others around each.
    var lines = 0
    var lastBuild = Int.min / 2
    var host: String?
    /// The last line at the time when time went on last.
    private var passedLine = 0

    package init() {}

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        if let handler = reading.onRawEvent { daemonEvents.read(record, handler) }
        if unsafe record.bytes.first == UInt8(ascii: "{"), unsafe !Self.isBinaryField(record.bytes) {
            lines += 1
            readEnvelope(record, &reading)
        } else if let message = unsafe DockerLogLine.message(in: record.bytes) {
            lines += 1
            guard unsafe !info.isDebug || !DockerLogLine.isEnd(record.bytes, message: message) else {
                return settleDue(&reading)
            }
            if let line = unsafe DockerLogLine(record.bytes, message: message) { handle(line, record, &reading) }
        } else if record.defects.contains(.oversized) {
            reading.problems.append(
                ReadingProblem(at: record.position, "the line is larger than the limit and was not read")
            )
        } else {
            readField(record, &reading)
        }
        settleDue(&reading)
    }

    private mutating func settleDue(_ reading: inout Reading) {
        if requests.due < lines || held.due < lines { settle(before: lines, &reading) }
    }

    /// Whether the line starts with the 64-bit length that a journal's export writes before a binary field, which may
    /// look like a bracket.
    private static func isBinaryField(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.count > 8 && bytes[7] == 0
    }

    package mutating func finish(into reading: inout Reading) {
        // The body's line comes right behind its request's: where the log ends between them, it was cut.
        for request in requests.opened(at: lines) {
            guard let route = request.route, DockerRequestReader.needsBody(route) else { continue }
            reading.problems.append(ReadingProblem(at: request.position, "the log ends before the request's body"))
        }
        settle(before: .max, &reading)
    }

    package var isHolding: Bool { requests.due < .max || held.due < .max }

    package mutating func passTime(into reading: inout Reading) {
        for request in requests.opened(through: passedLine) { tell(request, nil, &reading) }
        held.release(through: passedLine, host: host, into: &reading.deployments)
        passedLine = lines
    }

    /// Lines that speak of no request and yet say something: a journal's host, or JSON behind a syslog header.
    private mutating func readField(_ record: RawRecord, _ reading: inout Reading) {
        guard let first = unsafe record.bytes.first else { return }
        if first == UInt8(ascii: "_") {
            guard unsafe record.bytes.starts(with: "_HOSTNAME=".utf8) else { return }
            host = unsafe String(decoding: record.bytes.dropFirst(10).prefix(255), as: UTF8.self)
        } else if unsafe record.bytes.last == UInt8(ascii: "}"),
            case .json(let start) = unsafe AuditEnvelope.content(of: record.bytes)
        {
            lines += 1
            let json = unsafe UnsafeRawBufferPointer(rebasing: record.bytes[start...])
            unsafe readEnvelope(RawRecord(bytes: json, position: record.position, defects: record.defects), &reading)
        }
    }

    private mutating func readEnvelope(_ record: RawRecord, _ reading: inout Reading) {
        do throws(JSONError) {
            if let line = try unsafe envelopes.line(in: record.bytes) { handle(line, record, &reading) }
        } catch {
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    private mutating func handle(_ line: DockerLogLine, _ record: RawRecord, _ reading: inout Reading) {
        host = line.host ?? host
        let number = lines
        func request(_ method: String, _ target: String) -> OpenRequests.Request {
            .init(
                method: method,
                target: target,
                time: line.time,
                position: record.position,
                line: number,
                trace: line.trace
            )
        }
        switch line.kind {
        case .calling("DELETE", let target), .handling("DELETE", let target, _): conversation.delete(target)
        case .calling(let method, let target):
            info.isDebug = true
            open(request(method, target), &reading)
        case .body(let body): readBody(body, line, record, &reading)
        case .handling(let method, let target, let body):
            info.isDebug = true
            let asked = request(method, target)
            guard let body else { return tell(asked, nil, &reading) }
            let bodies = bodies
            bodies.read(.logged(body, isCut: line.isCut || record.isCut)) { value, defects in
                tell(asked, LoggedBody(value: value, defects: defects), &reading)
            }
        case .failure(let method, let target, let reason): fail(request(method, target), reason, &reading)
        case .mounted(let id): mounted(id, &reading)
        case .shimStarted, .ended, .pulled, .execFailed, .daemonStarted:
            guard let deployment = info.read(line, at: record.position, host: host) else { return }
            held.hold(deployment, method: "", target: "", line: lines)
        }
    }

    /// A request that has no body is told at once; the others wait for theirs.
    private mutating func open(_ request: OpenRequests.Request, _ reading: inout Reading) {
        if let route = request.route, !route.mayHaveBody {
            tell(request, nil, &reading)
        } else if let given = requests.open(request) {
            tell(given, nil, &reading)
        }
    }

    private mutating func readBody(
        _ body: String,
        _ line: DockerLogLine,
        _ record: RawRecord,
        _ reading: inout Reading
    ) {
        let bodies = bodies
        bodies.read(.logged(body, isCut: line.isCut || record.isCut)) { value, defects in
            readBody(LoggedBody(value: value, defects: defects), line, record, &reading)
        }
    }

    private mutating func readBody(
        _ body: LoggedBody,
        _ line: DockerLogLine,
        _ record: RawRecord,
        _ reading: inout Reading
    ) {
        let shape = body.value.map { BodyShape($0) } ?? .other
        switch requests.take(for: shape, trace: line.trace) {
        case .one(let request): tell(request, body, &reading)
        case .several(let request, let targets):
            let names = targets.prefix(8).joined(separator: ", ")
            reading.problems.append(
                ReadingProblem(at: record.position, "a body that could be that of \(names): it is told without a name")
            )
            tell(request, body, &reading)
        case .none where shape == .container:
            // Its request's line is not in the log, or came long ago: still a create.
            reading.problems.append(ReadingProblem(at: record.position, "a request's body without the request's line"))
            var request = OpenRequests.Request(
                method: "POST",
                target: "/containers/create",
                time: line.time,
                position: record.position,
                line: lines
            )
            request.isNameless = true
            tell(request, body, &reading)
        case .none:
            if shape != .other {
                reading.problems.append(
                    ReadingProblem(at: record.position, "a request's body without the request's line")
                )
            }
        }
    }

    private mutating func fail(_ request: OpenRequests.Request, _ reason: String, _ reading: inout Reading) {
        let path = Query(of: request.target).path
        // A request that failed before its body was read, or whose body is not logged.
        let isMeant = { (open: OpenRequests.Request) in
            open.method == request.method && Query(of: open.target).path == path
        }
        if requests.count(where: isMeant) > 0 {
            if let open = requests.takeOnly(where: isMeant) {
                tell(open, nil, &reading)
                _ = held.fail(method: request.method, target: request.target, reason: reason)
            }
            return
        }
        if held.fail(method: request.method, target: request.target, reason: reason) || info.isDebug { return }
        guard let route = request.route else { return }
        if route.action == .containerStart, info.failStart(of: route.subject) {
            held.failNamelessStart(of: route.subject, reason)
            return
        }
        var record = base(request, route)
        DockerRequestReader.apply(route, body: nil, to: &record)
        record.visibility = .logLevelInfo
        record.event.outcome = .failure
        record.event.reason = reason
        held.hold(record, method: request.method, target: request.target, line: lines)
    }

    /// A new container's file system was mounted: its create is past its body, and this is its id.
    private mutating func mounted(_ id: String, _ reading: inout Reading) {
        guard !isSeen(id), lastBuild + 256 < lines else { return }
        let isCreate = { (request: OpenRequests.Request) in request.route?.action == .containerCreate }
        let open = requests.count(where: isCreate)
        guard open + (held.isOneCreateWaiting(at: lines) ? 1 : 0) == 1 else { return }
        if open == 1, let request = requests.takeOnly(where: isCreate) { tell(request, nil, &reading) }
        if let name = held.identify(id, at: lines) { conversation.alias(id, of: name) }
    }

    private mutating func isSeen(_ id: String) -> Bool {
        var hash = TextHash()
        hash.combine(id)
        defer { seenIDs.insert(hash.value) }
        return seenIDs.contains(hash.value)
    }

    /// - Parameter body: nil where the log does not have it.
    private mutating func tell(_ request: OpenRequests.Request, _ body: LoggedBody?, _ reading: inout Reading) {
        guard var route = request.route else { return }
        if route.action == .containerRename {
            conversation.rename(route.subject, to: route.query.value("name").map(DockerRequestReader.withoutSlash))
            return
        }
        if request.isNameless { route.forgetName() }
        // Half of the requests: it brings nothing of its own, so that no record is made for it.
        if body == nil, isFirstStart(route, at: request.line) { return }
        var record = base(request, route)
        if let body { record.defects = body.defects }
        let joins = DockerRequestReader.apply(route, body: body?.value, to: &record)
        if record.defects.contains(.truncated) {
            record.visibility = .truncated
            reading.problems.append(ReadingProblem(at: request.position, "the request's body is cut in the log"))
        } else if record.defects.contains(.unparseableBody) {
            // The request may have been refused for it, or been read by a parser that takes more.
            record.visibility = .truncated
            reading.problems.append(
                ReadingProblem(at: request.position, "the request's body is no JSON that can be read")
            )
        } else if body == nil, DockerRequestReader.needsBody(route) {
            record.visibility = .bodyNotLogged
        }
        if route.action == .imageBuild { lastBuild = lines }
        conversation.join(&record, joins)
        if isJoined(record, route, at: request.line) { return }
        held.hold(record, method: request.method, target: request.target, line: lines)
    }

    /// Whether the record is told with another: a first start with its create, as the attaching before it, and an exec's
    /// start with its exec.
    private mutating func isJoined(_ record: ContainerDeployment, _ route: DockerRoute, at line: Int) -> Bool {
        guard let subject = route.subject else { return conversation.isStartOfExec(route) }
        if route.action == .containerAttach {
            return held.isUnstarted(subject, isKnown: conversation.isKnown(subject), at: line)
        }
        guard route.isFirstStartPossible, record.host == HostAccess(), record.security == Security(),
            record.defects.isEmpty
        else { return conversation.isStartOfExec(route) }
        return isFirstStart(route, at: line)
    }

    /// Whether a request starts a container whose create is held still.
    private mutating func isFirstStart(_ route: DockerRoute, at line: Int) -> Bool {
        guard route.isFirstStartPossible, let subject = route.subject else { return false }
        if ContainerID.isFull(subject) { _ = isSeen(subject) }
        guard let name = held.start(subject, isKnown: conversation.isKnown(subject), at: line) else { return false }
        conversation.alias(subject, of: name)
        return true
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
        for request in requests.flushed(upTo: line) { tell(request, nil, &reading) }
        held.release(patientlyBefore: line, host: host, into: &reading.deployments)
    }
}

extension RawRecord {
    /// Whether the end of the record is missing.
    var isCut: Bool { !defects.isDisjoint(with: [.oversized, .truncated]) }
}
