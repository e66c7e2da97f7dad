import Dialects
import Judge
import KubernetesGuard
import PrometheusMetrics
import Relay
import Testing

@Suite struct MetricsTests {
    private func lines(_ registry: MetricRegistry) -> Set<Substring> {
        Set(String(decoding: registry.text, as: UTF8.self).split(separator: "\n"))
    }

    private let privileged = Review(object: Review.pod(Review.privileged))

    @Test func `reviews are counted by what they come to and by operation`() async throws {
        let policy = """
            refuse-at: medium
            namespaces: [{names: [lenient], observe: true}]
            exempt: [{namespaces: [kube-system]}]
            """
        let webhook = try WebhookUnderTest(policy)
        _ = try await webhook.answer(privileged)
        for namespace in ["lenient", "kube-system"] {
            var review = privileged
            review.namespace = namespace
            _ = try await webhook.answer(review)
        }
        var plain = privileged
        plain.object = Review.pod(Review.plain)
        for _ in 0..<2 { _ = try await webhook.answer(plain) }
        _ = try await webhook.answer(Review(operation: "DELETE", oldObject: Review.pod(Review.plain)))
        _ = try await webhook.answer(
            Review(operation: "CONNECT", kind: "PodExecOptions", subresource: "exec", object: #"{"command":["ls"]}"#)
        )
        _ = try? await webhook.answer("{")
        _ = try? await webhook.answer(Review(operation: "PATCH").json)
        let lines = lines(webhook.metrics)
        for (labels, count) in [
            (#"verdict="refused",operation="CREATE""#, 1), (#"verdict="would-refuse",operation="CREATE""#, 1),
            (#"verdict="exempt",operation="CREATE""#, 1), (#"verdict="allowed",operation="CREATE""#, 2),
            (#"verdict="allowed",operation="DELETE""#, 1), (#"verdict="allowed",operation="CONNECT""#, 1),
            (#"verdict="allowed",operation="UPDATE""#, 0), (#"verdict="malformed",operation="unknown""#, 2),
        ] {
            let line = "tidewaiter_admission_reviews_total{\(labels)} \(count)"
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        #expect(lines.contains("tidewaiter_admission_reviews_in_flight 0"))
        #expect(lines.contains("tidewaiter_decision_duration_seconds_count 7"))
        let findings = webhook.decisions.verdicts.flatMap(\.findings).count { $0.rule.title == "Privileged Container" }
        #expect(findings == 3)
        #expect(
            lines.contains { $0.hasPrefix("tidewaiter_findings_total{rule=") && $0.hasSuffix(#",level="medium"} 3"#) }
        )
    }

    @Test func `parts of the policy are counted, and what cannot be recorded as refused`() async throws {
        let webhook = try WebhookUnderTest("images: {digest: true}", decisions: KeptDecisions(isFull: true))
        #expect(try await webhook.answer(privileged).isAllowed == false)
        let lines = lines(webhook.metrics)
        #expect(lines.contains(#"tidewaiter_violations_total{part="images"} 1"#))
        #expect(lines.contains(#"tidewaiter_admission_reviews_total{verdict="refused",operation="CREATE"} 1"#))
    }

    @Test func `the page is for whoever may probe, and counts what is no review`() async throws {
        let webhook = try WebhookUnderTest()
        let gatekeeper = AdmissionGatekeeper(
            webhook.judge,
            needsClientCertificate: true,
            metrics: webhook.admissionMetrics.decisions,
            page: MetricsPage(webhook.metrics)
        )
        let client = Client(listener: "tcp://127.0.0.1:8443")
        func admit(_ method: String, _ target: String) -> Admission {
            gatekeeper.admit(RequestHead(method: method, target: target), from: client)
        }
        for (method, target, status) in [("POST", "/validate", 403), ("GET", "/validate", 405), ("GET", "/", 404)] {
            guard case .answer(let answer) = admit(method, target) else {
                Issue.record("\(method) \(target)"); continue
            }
            #expect(answer.status == status)
        }
        guard case .answer(let other) = admit("POST", "/metrics") else { Issue.record("POST is taken"); return }
        #expect(other.status == 405 && other.fields == [HeaderField("allow", "GET, HEAD")])
        guard case .judge(.unread) = admit("GET", "/metrics?x=1") else { Issue.record("GET is not taken"); return }
        let head = RequestHead(method: "GET", target: "/metrics")
        guard case .answer(let page) = await gatekeeper.judge(head, body: nil, from: client) else { return }
        #expect(page.status == 200 && page.contentType == TextExposition.contentType)
        let text = String(decoding: page.body, as: UTF8.self)
        for (code, count) in [(403, 1), (404, 1), (405, 2)] {
            #expect(text.contains("tidewaiter_unserved_requests_total{code=\"\(code)\"} \(count)\n"), "\(code)")
        }
    }
}
