internal import Dialects
internal import JSON
package import Judge
internal import PrometheusMetrics
package import Relay

/// The admission webhook as a gatekeeper that has no upstream: it answers everything itself.
package struct AdmissionGatekeeper: Gatekeeper {
    private let judge: AdmissionJudge
    private let needsClientCertificate: Bool
    private let obstacle: @Sendable () -> String?
    private let metrics: DecisionMetrics
    private let page: MetricsPage

    /// - Parameters:
    ///   - needsClientCertificate: whether reviews are taken only from a client with a certificate, which the API server
    ///     then has to show; a kubelet that probes has none.
    ///   - obstacle: why no deployment could be admitted now, such as a full disk; nil when it could.
    ///   - metrics: what is measured of it.
    ///   - page: the metrics at `/metrics`, for whoever may probe: they need no certificate either.
    package init(
        _ judge: AdmissionJudge,
        needsClientCertificate: Bool = false,
        obstacle: @escaping @Sendable () -> String? = { nil },
        metrics: DecisionMetrics = DecisionMetrics(MetricRegistry()),
        page: MetricsPage = MetricsPage(MetricRegistry())
    ) {
        self.judge = judge
        self.needsClientCertificate = needsClientCertificate
        self.obstacle = obstacle
        self.metrics = metrics
        self.page = page
    }

    package func admit(_ head: RequestHead, from client: Client) -> Admission {
        // The API server adds `?timeout=10s`.
        let end = head.target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? head.target.endIndex
        return switch head.target[..<end] {
        case "/validate": review(head, from: client)
        case "/healthz": .answer(probe(head, nil))
        case "/readyz": .answer(probe(head, obstacle()))
        case MetricsPage.path: page.takes(head.method) ? .judge(.unread) : .answer(otherMethod("GET, HEAD"))
        default: .answer(refusal(status: 404, message: "there is no such path; reviews go to /validate"))
        }
    }

    private func review(_ head: RequestHead, from client: Client) -> Admission {
        guard head.method == "POST" else { return .answer(otherMethod("POST")) }
        if needsClientCertificate, client.certificate == nil {
            return .answer(
                refusal(status: 403, message: "reviews are taken from clients with a certificate of --client-ca alone")
            )
        }
        let types = head.values(of: "content-type")
        guard types.count == 1, Self.isJSON(types[0]) else {
            return .answer(refusal(status: 415, message: "a review is application/json"))
        }
        return .judge(.whole(limit: judge.reviewLimit))
    }

    /// Whether a content type is JSON's (RFC 9110, section 8.3.1), as it is written by every API server or otherwise.
    private static func isJSON(_ type: String) -> Bool {
        let json = "application/json"
        return type == json
            || type.utf8.split(separator: UInt8(ascii: ";")).first.map { Substring($0).lowercased() == json } ?? false
    }

    package func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        if page.isMeant(by: head) { return .answer(await page.answer()) }
        do throws(MalformedReview) {
            return answer(try await judge.decide(body ?? []))
        } catch {
            return answer(error)
        }
    }

    package func judgeAtOnce(_ head: RequestHead, body: [UInt8], from client: Client) -> Ruling? {
        do throws(MalformedReview) {
            return try judge.decideAtOnce(body).map(answer)
        } catch {
            return answer(error)
        }
    }

    private func answer(_ decision: AdmissionDecision) -> Ruling {
        .answer(Answer(status: 200, body: Array(decision.json.utf8)))
    }

    private func answer(_ malformed: MalformedReview) -> Ruling {
        .answer(Self.status(400, "no review that can be answered: \(malformed)"))
    }

    package func refusal(status: Int, message: String) -> Answer {
        metrics.countUnserved(status: status)
        return Self.status(status, message)
    }

    /// A status of the API's own shape (meta/v1, Status).
    private static func status(_ status: Int, _ message: String) -> Answer {
        let text = "tidewaiter: \(DecisionText.visible(message, limit: 512))"
        return Answer(
            status: status,
            body: Array(
                #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(status),"message":\#(JSONValue.quote(text))}"#
                    .utf8
            )
        )
    }

    private func otherMethod(_ allowed: String) -> Answer {
        var answer = refusal(status: 405, message: "this path takes \(allowed)")
        answer.fields = [HeaderField("allow", allowed)]
        return answer
    }

    private func probe(_ head: RequestHead, _ obstacle: String?) -> Answer {
        guard head.method == "GET" || head.method == "HEAD" else { return otherMethod("GET, HEAD") }
        let text = obstacle.map { "not ready: \(DecisionText.visible($0, limit: 512))\n" } ?? "ok\n"
        return Answer(status: obstacle == nil ? 200 : 503, contentType: "text/plain", body: Array(text.utf8))
    }
}
