internal import Deployments

/// Tells alerts to an HTTP endpoint: as JSON of one's own making, or as messages of Slack or Microsoft Teams.
package struct WebhookSink: AlertSink {
    package struct Configuration: Sendable, Equatable {
        package var endpoint: HTTPEndpoint
        package var form = Form.record
        /// Signs requests with a key, where one is given.
        package var signingKey: Secret?
        /// How many alerts one request tells of JSON of one's own, which is an array then; a chat's messages are bounded
        /// by the chat.
        package var batch = 1

        package init(_ endpoint: HTTPEndpoint) { self.endpoint = endpoint }

        /// What is wrong with it, before anything is sent; nil for nothing.
        package var fault: String? { endpoint.fault ?? (batch < 1 ? "a batch holds at least one alert" : nil) }
    }

    /// What a request's body is.
    package enum Form: Sendable, Equatable {
        /// The ECS record.
        case record
        case template(JSONTemplate)
        /// Block Kit.
        case slack
        /// An Adaptive Card, as workflows take it.
        case teams
    }

    private let configuration: Configuration
    private let poster: HTTPPoster
    private let clock: DeliveryClock

    package var batchLimit: Int {
        switch configuration.form {
        case .record, .template: max(1, configuration.batch)
        case .slack: SlackMessage.alertLimit
        case .teams: TeamsMessage.alertLimit
        }
    }

    package init(_ configuration: Configuration, _ connections: HTTPConnections, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
        poster = HTTPPoster(configuration.endpoint, connections, clock: clock)
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        let now = clock.now()
        let body = body(alerts, now: now.description)
        var headers = [("content-type", "application/json")]
        // A receiver that forgets nothing tells by it what was sent twice.
        if alerts.count == 1 { headers.append(("idempotency-key", Self.word(alerts[0].id))) }
        if let key = configuration.signingKey {
            let seconds = now.microseconds / 1_000_000
            headers.append((Signature.header, Signature.value(of: body, at: seconds, key: try key.bytes())))
        }
        let answer = try await poster.post(body, headers: headers)
        if let error = HTTPStatus.error(answer, from: name) { throw error }
    }

    func body(_ alerts: [Alert], now: String) -> [UInt8] {
        switch configuration.form {
        case .slack: SlackMessage.json(alerts)
        case .teams: TeamsMessage.json(alerts)
        case .record: list(alerts.map { OneLine.of($0.record(now: now)) })
        case .template(let template): list(alerts.map { template.text($0, now: now) })
        }
    }

    private func list(_ texts: [[UInt8]]) -> [UInt8] {
        guard configuration.batch > 1 else { return texts.first ?? [] }
        return Array("[".utf8) + texts.joined(separator: [UInt8(ascii: ",")]) + Array("]".utf8)
    }

    private var name: String {
        switch configuration.form {
        case .record, .template: "the webhook"
        case .slack: "Slack"
        case .teams: "Microsoft Teams"
        }
    }

    /// An id as a header takes it.
    private static func word(_ id: String) -> String {
        String(decoding: id.utf8.prefix(128).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    }
}
