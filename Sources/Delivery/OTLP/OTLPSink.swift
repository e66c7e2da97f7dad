internal import Deployments
internal import JSON

/// Tells alerts as OpenTelemetry log records by OTLP over HTTP, in JSON.
///
/// Reference: OTLP 1.9, https://opentelemetry.io/docs/specs/otlp/#otlphttp.
package struct OTLPSink: AlertSink {
    package struct Configuration: Sendable, Equatable {
        /// The collector's address, such as `http://localhost:4318`; `/v1/logs` is put behind it.
        package var endpoint: HTTPEndpoint
        /// What tells the source apart from others, besides `service.name`.
        package var resource: [String: String] = [:]
        package var isCompressed = true
        package var batch = 128
        /// Whether a record carries the ECS record, too, as text in the attribute `event.original.ecs`.
        package var hasRecord = false

        package init(_ endpoint: HTTPEndpoint) { self.endpoint = endpoint }

        /// What is wrong with it, before anything is sent; nil for nothing.
        package var fault: String? { endpoint.fault ?? (batch < 1 ? "a batch holds at least one alert" : nil) }
    }

    private let configuration: Configuration
    private let poster: HTTPPoster
    private let clock: DeliveryClock

    package var batchLimit: Int { max(1, configuration.batch) }

    package init(_ configuration: Configuration, _ connections: HTTPConnections, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
        poster = HTTPPoster(configuration.endpoint, connections, clock: clock)
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        var body = OTLPRecords(resource: configuration.resource, hasRecord: configuration.hasRecord)
            .json(alerts, observed: clock.now())
        var headers = [("content-type", "application/json")]
        if configuration.isCompressed {
            body = try Gzip.compress(body)
            headers.append(("content-encoding", "gzip"))
        }
        let answer = try await poster.post(body, path: "/v1/logs", headers: headers)
        if let error = HTTPStatus.error(answer, from: "the collector") { throw error }
        guard let (rejected, message) = Self.rejected(in: answer.body) else { return }
        let words = message.isEmpty ? "" : ": \(message)"
        guard rejected > 0 else {
            guard !message.isEmpty else { return }
            throw DeliveryError("the collector warns\(words)", isTransient: false, failures: [])
        }
        // It does not say which, and is not to be asked again (OTLP, 'Partial success'): all are kept, so that none is lost.
        let text =
            rejected >= alerts.count
            ? "the collector refused the record, as all of its batch\(words)"
            : "the collector took all but \(rejected) of \(alerts.count) records and does not say which\(words)"
        let failures = alerts.indices.map { DeliveryError.Failure(index: $0, text, isTransient: false) }
        throw DeliveryError(text, isTransient: false, failures: failures)
    }

    /// What a partial success says (`ExportLogsPartialSuccess`).
    static func rejected(in body: [UInt8]) -> (count: Int64, message: String)? {
        guard !body.isEmpty else { return nil }
        let parser = JSONParser(maximumBytes: body.count, maximumDepth: 64)
        let read: (Int64, String)?? = unsafe body.withUnsafeBytes { bytes in
            try? unsafe parser.withDocument(bytes) { answer in
                guard let partial = answer["partialSuccess"] else { return nil }
                // 64-bit numbers are strings in protobuf's JSON; numbers are to be read, too.
                let count = partial["rejectedLogRecords"].flatMap { $0.integer ?? $0.string.flatMap { Int64($0) } } ?? 0
                return (count, AlertText.visible(partial["errorMessage"]?.string ?? "", bytes: 512))
            }
        }
        return read ?? nil
    }
}
