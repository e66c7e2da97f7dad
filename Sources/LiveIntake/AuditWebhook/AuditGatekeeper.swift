internal import JSON
internal import Relay

/// Answers API servers that post audit events: with 200 once they are remembered, and not before.
struct AuditGatekeeper: Gatekeeper {
    /// A body that was taken, and whether it is remembered.
    struct Posted: Sendable {
        var body: [UInt8]
        var outcome: Awaited<Bool>
    }

    let configuration: AuditWebhookSource.Configuration
    let token: BearerToken?
    let waiting: Backlog<Posted>

    func admit(_ head: RequestHead, from client: Client) -> Admission {
        if let refusal = refusal(of: head, from: client) { return .answer(refusal) }
        let end = head.target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? head.target.endIndex
        guard head.target[..<end] == configuration.path[...] else {
            return .answer(refusal(status: 404, message: "audit events go to \(configuration.path)"))
        }
        guard head.method == "POST" else {
            var answer = refusal(status: 405, message: "audit events are posted")
            answer.fields = [HeaderField("allow", "POST")]
            return .answer(answer)
        }
        guard Self.isJSON(head.values(of: "content-type")), head.values(of: "content-encoding").isEmpty else {
            return .answer(refusal(status: 415, message: "audit events are application/json, not encoded otherwise"))
        }
        // Told before the body is read: the API server keeps it, and tries again.
        guard waiting.count < configuration.waitingBodies else { return .answer(Self.busy) }
        return .judge(.whole(limit: configuration.maximumBodyBytes))
    }

    func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        let body = body ?? []
        let parser = JSONParser(maximumBytes: configuration.maximumBodyBytes, keptBytes: 0)
        if let fault = AuditEventList.fault(of: body, with: parser) {
            return .answer(refusal(status: 400, message: fault))
        }
        let posted = Posted(body: body, outcome: Awaited())
        guard waiting.offer(posted, bytes: body.count) else { return .answer(Self.busy) }
        guard await posted.outcome.value ?? false else { return .answer(Self.busy) }
        return .answer(Answer(status: 200, body: []))
    }

    func refusal(status: Int, message: String) -> Answer {
        let text = JSONValue.quote("tidewaiter: \(message)")
        return Answer(
            status: status,
            body: Array(
                #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(status),"message":\#(text)}"#.utf8
            )
        )
    }

    /// What an API server tries again after (client-go, `Retry-After`).
    private static let busy = Answer(
        status: 503,
        body: Array(
            (#"{"kind":"Status","apiVersion":"v1","status":"Failure","code":503,"#
                + #""message":"tidewaiter: events wait to be remembered; send them again"}"#).utf8
        ),
        fields: [HeaderField("retry-after", "1")]
    )

    /// Why a client may not post; nil where it may.
    private func refusal(of head: RequestHead, from client: Client) -> Answer? {
        if configuration.clientAuthority != nil {
            guard let certificate = client.certificate else {
                return closing(refusal(status: 401, message: "events are taken from clients with a certificate alone"))
            }
            let names = configuration.clientNames
            guard names.isEmpty || certificate.commonName.map(names.contains) ?? false else {
                return closing(refusal(status: 403, message: "events are not taken from this certificate's owner"))
            }
        }
        guard let token else { return nil }
        let values = head.values(of: "authorization")
        guard values.count == 1, token.isShown(by: values[0]) else {
            var answer = refusal(status: 401, message: "events are taken with a bearer token alone")
            answer.fields = [HeaderField("www-authenticate", "Bearer")]
            return closing(answer)
        }
        return nil
    }

    private func closing(_ answer: Answer) -> Answer {
        var answer = answer
        answer.closes = true
        return answer
    }

    /// Whether a content type is JSON's (RFC 9110, section 8.3.1).
    private static func isJSON(_ types: [String]) -> Bool {
        guard types.count == 1, let type = types.first?.split(separator: ";").first else { return false }
        return type.lowercased().filter { $0 != " " } == "application/json"
    }
}
