internal import Deployments
internal import JSON

/// Tells alerts to Elasticsearch or OpenSearch by their bulk interface.
///
/// A finding's id is its document's: what is told again is there already (409), which is success.
/// Reference: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk.
package struct BulkSink: AlertSink {
    package struct Configuration: Sendable, Equatable {
        /// The cluster's address, without the index.
        package var endpoint: HTTPEndpoint
        /// A data stream or an index.
        package var target = "logs-tidewaiter.findings-default"
        package var isCompressed = true
        /// How many alerts one request tells at most.
        package var batch = 256
        /// How large one request is at most, before compression, unless a single alert is larger.
        package var maximumBytes = 5 << 20

        package init(_ endpoint: HTTPEndpoint) {
            self.endpoint = endpoint
            self.endpoint.timeout = .seconds(30)
        }

        /// What is wrong with it, before anything is sent; nil for nothing.
        package var fault: String? {
            if let fault = endpoint.fault { return fault }
            if batch < 1 { return "a batch holds at least one alert" }
            // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create: names.
            let isName =
                !target.isEmpty && target.utf8.count <= 255 && !"-_+.".contains(target.first ?? "-")
                && target.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
                }
            return isName ? nil : "'\(target)' is no name of a data stream or an index in lower case"
        }
    }

    private let configuration: Configuration
    private let poster: HTTPPoster
    private let clock: DeliveryClock
    /// An item's answer takes some hundred bytes, with an error a few thousand.
    private static let answerLimit = 16 << 20

    package var batchLimit: Int { max(1, configuration.batch) }

    package init(_ configuration: Configuration, _ connections: HTTPConnections, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
        poster = HTTPPoster(configuration.endpoint, connections, clock: clock)
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        let now = clock.now().description
        var failures: [DeliveryError.Failure] = []
        var retryAfter: Duration?
        for range in ranges(alerts) {
            let body = alerts[range].reduce(into: []) { $0 += Self.lines($1, now: now) }
            let answer = try await post(body)
            retryAfter = retryAfter ?? answer.retryAfter
            if let error = HTTPStatus.error(answer, from: "the bulk interface") { throw error }
            guard let items = BulkAnswer.failures(in: answer.body, count: range.count) else {
                throw DeliveryError("the bulk interface answers what is none of its answers", isTransient: true)
            }
            failures += items.map { failure in
                var failure = failure
                failure.index += range.lowerBound
                return failure
            }
        }
        guard let first = failures.first else { return }
        throw DeliveryError(
            "the bulk interface did not take \(failures.count) of \(alerts.count) alerts: \(first.description)",
            isTransient: failures.contains(where: \.isTransient),
            retryAfter: retryAfter,
            failures: failures
        )
    }

    /// Stretches that are no larger than a request is to be.
    private func ranges(_ alerts: [Alert]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, size) = (0, 0)
        for (position, alert) in alerts.enumerated() {
            let length = alert.ecs.count + 256
            if position > start, size + length > configuration.maximumBytes {
                ranges.append(start..<position)
                (start, size) = (position, 0)
            }
            size += length
        }
        return start < alerts.count ? ranges + [start..<alerts.count] : ranges
    }

    /// The operation and the document.
    static func lines(_ alert: Alert, now: String) -> [UInt8] {
        // Ids have 512 bytes at most.
        let id = JSONValue.quote(String(decoding: alert.id.utf8.prefix(512), as: UTF8.self))
        return Array("{\"create\":{\"_id\":\(id)}}\n".utf8) + OneLine.of(alert.record(now: now)) + [10]
    }

    private func post(_ body: [UInt8]) async throws(DeliveryError) -> HTTPPoster.Answer {
        var headers = [("content-type", "application/x-ndjson"), ("accept", "application/json")]
        var body = body
        if configuration.isCompressed {
            body = try Gzip.compress(body)
            headers.append(("content-encoding", "gzip"))
        }
        return try await poster.post(
            body,
            path: "/\(configuration.target)/_bulk",
            headers: headers,
            answerLimit: Self.answerLimit
        )
    }
}

/// Reads what the bulk interface answers.
enum BulkAnswer {
    /// The items that were not taken; nil for what is no such answer.
    static func failures(in body: [UInt8], count: Int) -> [DeliveryError.Failure]? {
        let parser = JSONParser(maximumBytes: max(1, body.count), maximumDepth: 64)
        let read: [DeliveryError.Failure]?? = unsafe body.withUnsafeBytes { bytes in
            try? unsafe parser.withDocument(bytes) { answer in
                guard let items = answer["items"], items.isArray, items.count == count else { return nil }
                return items.elements.enumerated().compactMap { failure(of: $1, at: $0) }
            }
        }
        return read ?? nil
    }

    private static func failure(of item: JSONValue, at index: Int) -> DeliveryError.Failure? {
        let operation = item["create"]
        guard let status = operation?["status"]?.integer else {
            return DeliveryError.Failure(index: index, "an item without a status", isTransient: true)
        }
        // 409: the document is there already.
        if (200..<300).contains(status) || status == 409 { return nil }
        let error = operation?["error"]
        let words = [error?["type"]?.string, error?["reason"]?.string].compactMap { $0 }.joined(separator: ": ")
        let isTransient = status == 429 || status >= 500 || status == 401 || status == 403 || status == 404
        let text = "\(status)" + (words.isEmpty ? "" : " \(AlertText.visible(words, bytes: 512))")
        return DeliveryError.Failure(index: index, text, isTransient: isTransient)
    }
}
