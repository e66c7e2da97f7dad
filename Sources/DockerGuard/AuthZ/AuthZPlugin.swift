internal import Deployments
internal import Dialects
internal import JSON
package import Judge
internal import PrometheusMetrics
package import Relay

/// The authorization plugin that a Docker daemon asks about each request: `dockerd --authorization-plugin=tidewaiter`.
///
/// Each call is put to the very gatekeeper that decides in the proxy. What that one would have changed in passing, the
/// plugin cannot change, and so refuses. Reference: https://docs.docker.com/engine/extend/plugins_authorization/.
package struct AuthZPlugin: Gatekeeper {
    /// The largest call that is read: a body of one mebibyte in base64, the answer's, and their header fields.
    package static let callLimit = 16 << 20

    private static let contentType = "application/vnd.docker.plugins.v1.2+json"

    private let gatekeeper: any Gatekeeper
    private let log: any DecisionLog
    private let question: String
    private let observes: Bool
    private let acceptsStreams: Bool
    private let clock: DecisionClock
    private let metrics: DockerMetrics

    /// A plugin that decides as `gatekeeper` does.
    ///
    /// - Parameters:
    ///   - log: where refusals of the plugin's own are written.
    ///   - question: the secret that marks the guard's own questions to the daemon, which the daemon asks about, too.
    ///   - observes: whether what the plugin itself would refuse is recorded and passes.
    ///   - acceptsStreams: whether bodies that the proxy would stream unread pass, although no daemon shows that they are
    ///     no forms.
    ///   - metrics: what is measured of `gatekeeper`'s decisions, and so of the plugin's own.
    package init(
        asking gatekeeper: any Gatekeeper,
        log: any DecisionLog,
        question: String,
        observes: Bool = false,
        acceptsStreams: Bool = false,
        clock: DecisionClock = .system,
        metrics: DockerMetrics = DockerMetrics(MetricRegistry())
    ) {
        self.gatekeeper = gatekeeper
        self.log = log
        self.question = question
        self.observes = observes
        self.acceptsStreams = acceptsStreams
        self.clock = clock
        self.metrics = metrics
    }

    /// The header field that marks the guard's own questions.
    package static let questionField = "x-tidewaiter-question"

    package func admit(_ head: RequestHead, from client: Client) -> Admission {
        guard head.method == "POST" else {
            return .answer(refusal(status: 405, message: "the plugin takes POST alone"))
        }
        switch head.target {
        case "/Plugin.Activate": return .answer(Self.answer(#"{"Implements":["authz"]}"#))
        case "/AuthZPlugin.AuthZReq": return .judge(.whole(limit: Self.callLimit))
        // The request is carried out by then: refusing its answer would only hide what happened.
        case "/AuthZPlugin.AuthZRes": return .judge(.whole(limit: Self.callLimit))
        default: return .answer(refusal(status: 404, message: "the plugin has no '\(head.target)'"))
        }
    }

    package func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        guard head.target == "/AuthZPlugin.AuthZReq" else {
            note(body ?? [])
            return .answer(Self.answer(#"{"Allow":true}"#))
        }
        guard let reason = await reasonToRefuse(body ?? [], from: client) else {
            return .answer(Self.answer(#"{"Allow":true}"#))
        }
        return .answer(Self.answer(#"{"Allow":false,"Msg":\#(JSONValue.quote(reason))}"#))
    }

    package func refusal(status: Int, message: String) -> Answer {
        // dockerd takes any status but 200 for a failure of the plugin, and refuses the request.
        Answer(
            status: status,
            contentType: Self.contentType,
            body: Array(#"{"Err":\#(JSONValue.quote(message))}"#.utf8)
        )
    }

    private static func answer(_ json: String) -> Answer {
        Answer(status: 200, contentType: contentType, body: Array(json.utf8))
    }

    /// Records how the engine answered a request that deploys or changes something.
    private func note(_ json: [UInt8]) {
        guard let call = try? AuthZCall(json), let status = call.answeredStatus, let record = record(of: call),
            record.isDeployment
        else { return }
        var deployment = record.deployment
        deployment.http?.statusCode = status
        deployment.event.outcome = status < 400 ? .success : .failure
        let event = DeploymentEvent(deployment)
        log.post(Verdict(id: deployment.event.id, time: clock.now(), outcome: .allowed, events: [event]))
    }

    /// A record of which the request line is known, and whether the request deploys or changes something; nil for what
    /// is no request of the API.
    private func record(of call: AuthZCall) -> (deployment: ContainerDeployment, isDeployment: Bool)? {
        guard let request = try? DockerAPIRequest(method: call.method, target: call.target) else { return nil }
        var record = DockerAPIReading.record(of: request, id: clock.identifier(), at: clock.now())
        record.actor.userName = call.user
        record.actor.userAgent = call.fields["user-agent"]
        return (record, request.endpoint.action != nil)
    }

    // MARK: Deciding

    /// Why the request is refused; nil when it may be carried out.
    private func reasonToRefuse(_ json: [UInt8], from daemon: Client) async -> String? {
        let call: AuthZCall
        do throws(AuthZCallError) {
            call = try AuthZCall(json)
        } catch {
            count(nil)
            return refuse(Doubt("call", "\(error)", "see that the engine speaks version 1 of the plugin protocol"))
        }
        if isOwnQuestion(call) { return nil }
        let body = ShownBody(call)
        let head = head(of: call, body)
        let client = client(of: call, through: daemon)
        switch gatekeeper.admit(head, from: client) {
        case .pass(let passage): return differs(passage, from: head, call)
        case .answer(let answer): return Self.message(of: answer)
        case .judge(let wanted):
            switch seen(body, of: call, as: wanted) {
            case .failure(let doubt):
                count(call)
                return refuse(doubt, call)
            case .success(let bytes): return reason(await gatekeeper.judge(head, body: bytes, from: client), head, call)
            }
        }
    }

    /// The body that a judged request is judged by; nil where it is streamed, unread.
    private func seen(
        _ body: ShownBody,
        of call: AuthZCall,
        as wanted: JudgedBody
    ) -> Result<[UInt8]?, Doubt> {
        switch (body, wanted) {
        case (.none, .unread): return .success(nil)
        case (.none, .whole): return .success([])
        case (.whole, .unread): return .success(nil)
        case (.whole(let bytes), .whole(let limit)) where bytes.count > limit:
            return .failure(Doubt("body", "it has \(bytes.count) bytes, and \(limit) are read", "send a shorter one"))
        case (.whole(let bytes), .whole):
            return unknownKeys(in: bytes, of: call).map { .failure($0) } ?? .success(bytes)
        case (.hidden, .unread) where acceptsStreams: return .success(nil)
        case (.hidden(_, let reason), .unread):
            // Whatever is streamed may be a form, whose values the daemon takes before the query's.
            return .failure(
                Doubt("body", "\(reason); a form in it would count before the query that is judged", Self.streamRemedy)
            )
        case (.hidden(_, let reason), .whole):
            return .failure(Doubt("body", "\(reason), so what it asks for cannot be judged", Self.remedy))
        }
    }

    /// What the proxy would leave out of a body, and the plugin cannot; nil for nothing.
    ///
    /// A body that cannot be read at all is left to the gatekeeper to refuse.
    private func unknownKeys(in bytes: [UInt8], of call: AuthZCall) -> Doubt? {
        guard let request = try? DockerAPIRequest(method: call.method, target: call.target),
            let read = try? CanonicalBody.read(bytes, as: request.endpoint.body, version: request.version),
            let first = read.dropped.first, !Self.repeatsContainer(read.dropped, bytes, request)
        else { return nil }
        return Doubt(
            first,
            "no engine up to this guard's release knows the key, and a later one may",
            "leave it out, or put tidewaiter's proxy before the engine, which does"
        )
    }

    /// Whether all that is unknown is the container of an exec, named as its route names it.
    ///
    /// docker-py has always written it into the body, too; whoever heeded it would find the container that is judged.
    private static func repeatsContainer(_ dropped: [String], _ bytes: [UInt8], _ request: DockerAPIRequest) -> Bool {
        guard request.endpoint == .execCreate, dropped == ["Container"], let name = request.name else { return false }
        return (try? CanonicalBody.read(answer: bytes))?["Container"]?.string == name
    }

    private static let remedy =
        "send application/json with its length, under a mebibyte; or put tidewaiter's proxy before the engine, which sees "
        + "every body"

    private static let streamRemedy =
        "send Content-Length: 0 where there is no body; or let the plugin take streams, with --plugin-streams; or put "
        + "tidewaiter's proxy before the engine"

    /// Whether the daemon asks about a question that the guard itself has put to it.
    private func isOwnQuestion(_ call: AuthZCall) -> Bool {
        call.method == "GET" && !question.isEmpty && call.fields[Self.questionField] == question
    }

    private func head(of call: AuthZCall, _ body: ShownBody) -> RequestHead {
        let framing: BodyFraming =
            switch body {
            case .none: .none
            case .whole(let bytes): .length(bytes.count)
            case .hidden(let length?, _) where length > 0: .length(length)
            case .hidden: .chunked
            }
        let fields = call.fields.sorted { $0.key < $1.key }.map { HeaderField($0.key, $0.value) }
        return RequestHead(method: call.method, target: call.target, fields: fields, framing: framing)
    }

    /// Who asks, as far as the daemon tells: a common name with TLS, and else nobody that can be named.
    private func client(of call: AuthZCall, through daemon: Client) -> Client {
        guard let user = call.user, call.authenticationMethod == "TLS" else { return Client(listener: daemon.listener) }
        return Client(
            listener: daemon.listener,
            certificate: ClientCertificate(subject: "CN=\(user)", commonName: user)
        )
    }

    private func reason(_ ruling: Ruling, _ head: RequestHead, _ call: AuthZCall) -> String? {
        switch ruling {
        case .answer(let answer): Self.message(of: answer)
        case .pass(let passage, _): differs(passage, from: head, call)
        }
    }

    /// What the proxy would have taken away, and the plugin cannot.
    private func differs(_ passage: Passage, from head: RequestHead, _ call: AuthZCall) -> String? {
        guard passage.method == head.method else {
            return refuse(Doubt("method", "it would have to be \(passage.method)", "send it so"), call)
        }
        guard Self.filters(of: passage.target, passage.method) == Self.filters(of: head.target, head.method) else {
            return refuse(
                Doubt(
                    "query filters",
                    "it would have to be narrowed to the client's own containers",
                    "ask for \(passage.target)"
                ),
                call
            )
        }
        guard let upgrade = head.values(of: "upgrade").first, passage.tunnel == .never else { return nil }
        return refuse(
            Doubt("header upgrade", "'\(upgrade)' is asked for where nothing is upgraded", "leave it out"),
            call
        )
    }

    /// The filters of a list, decoded.
    private static func filters(of target: String, _ method: String) -> String? {
        (try? DockerAPIRequest(method: method, target: target))?.value("filters")
    }

    /// What the plugin's own refusals come to.
    private var doubtOutcome: Verdict.Outcome { observes ? .wouldRefuse : .refused }

    /// Counts a refusal of what the gatekeeper was not asked about, which counts everything else.
    private func count(_ call: AuthZCall?) {
        let request = call.flatMap { try? DockerAPIRequest(method: $0.method, target: $0.target) }
        metrics.count(doubtOutcome, request?.endpoint)
    }

    /// Refuses for a reason of the plugin's own, and records it; nil where the guard only observes.
    private func refuse(_ doubt: Doubt, _ call: AuthZCall? = nil) -> String? {
        let record = call.flatMap(record)?.deployment
        let id = record?.event.id ?? clock.identifier()
        let violation = doubt.violation
        metrics.decisions.count([], [violation])
        log.post(
            Verdict(
                id: id,
                time: clock.now(),
                outcome: doubtOutcome,
                events: record.map { [DeploymentEvent($0)] } ?? [],
                violations: [violation]
            )
        )
        return observes ? nil : "\(violation.place): \(violation.message); \(violation.remedy) (decision \(id))"
    }

    /// The message in a refusal of the API's own shape.
    private static func message(of answer: Answer) -> String {
        let parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: 16)
        let message = try? unsafe answer.body.withUnsafeBytes { bytes in
            try unsafe parser.withDocument(bytes) { $0.member(named: "message")?.string }
        }
        return (message ?? nil) ?? "refused with status \(answer.status)"
    }
}

/// What the plugin itself holds against a request: it cannot be judged for certain.
private struct Doubt: Error {
    var violation: Violation

    init(_ place: String, _ message: String, _ remedy: String) {
        violation = Violation(part: "reading", place: place, message: message, remedy: remedy)
    }
}
