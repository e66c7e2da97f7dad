internal import Dialects
internal import Judge
package import Relay

/// The relay's gatekeeper before a Docker Engine API.
package struct DockerGatekeeper: Gatekeeper {
    private let judge: DockerJudge

    package init(_ judge: DockerJudge) { self.judge = judge }

    package func admit(_ head: RequestHead, from client: Client) -> Admission {
        guard let request = try? DockerAPIRequest(method: head.method, target: head.target) else {
            return .judge(.unread)
        }
        if judge.passes(request, head, from: client) {
            judge.note(request, from: client)
            return .pass(Self.passage(of: request, head, isRewritten: false))
        }
        switch request.endpoint.body {
        case .stream, .tunnel: return .judge(.unread)
        case .none where head.framing == .none: return .judge(.unread)
        default: return .judge(.whole(limit: judge.bodyLimit))
        }
    }

    package func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        switch await judge.decide(head, body: body, from: client) {
        case .refuse(let refusal): return .answer(Self.answer(refusal.status, refusal.message))
        case .pass(let request, let forwarded):
            let isRewritten = request.endpoint.body.isJSON && forwarded?.isEmpty == false
            // What was not read is streamed, or is none at all.
            return .pass(
                Self.passage(of: request, head, isRewritten: isRewritten),
                body: body == nil ? nil : forwarded
            )
        }
    }

    package func refusal(status: Int, message: String) -> Answer {
        judge.metrics.decisions.countUnserved(status: status)
        return Self.answer(status, "tidewaiter: \(DecisionText.visible(message, limit: 512))")
    }

    /// The Docker API's own shape of an error (Docker Engine API, ErrorResponse).
    private static func answer(_ status: Int, _ message: String) -> Answer {
        let body = CanonicalValue.object([CanonicalMember("message", .string(message))])
        return Answer(status: status, body: CanonicalBody(body).bytes + [UInt8(ascii: "\n")])
    }

    /// The canonical request.
    private static func passage(of request: DockerAPIRequest, _ head: RequestHead, isRewritten: Bool) -> Passage {
        var fields = head.fields
        if isRewritten {
            fields.removeAll { $0.name == "content-type" || $0.name == "content-encoding" }
            fields.append(HeaderField("content-type", "application/json"))
        }
        return Passage(
            method: request.method,
            target: request.canonicalTarget,
            fields: fields,
            tunnel: tunnel(of: request.endpoint, head),
            takesTurns: request.endpoint.isQuickRead
        )
    }

    private static func tunnel(of endpoint: DockerEndpoint, _ head: RequestHead) -> Tunnel {
        guard endpoint.mayTunnel else { return .never }
        // The daemon takes these words, and hijacks attach and exec whichever it is told.
        let wanted: String? =
            switch endpoint {
            case .session, .grpc: "h2c"
            case .containerAttachWebSocket: "websocket"
            default: "tcp"
            }
        let hijacks =
            switch endpoint {
            case .session, .grpc, .containerAttachWebSocket: false
            default: true
            }
        guard let wanted, head.values(of: "upgrade").contains(where: { $0.lowercased() == wanted }) else {
            return hijacks ? .hijack : .never
        }
        return .upgrade(to: wanted, hijack: hijacks)
    }
}
