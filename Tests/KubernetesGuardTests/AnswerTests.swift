import Foundation
import Judge
import KubernetesGuard
import Relay
import Testing

@Suite struct AnswerTests {
    @Test func `a refusal has what the API server needs to show it`() async throws {
        let answer = try await WebhookUnderTest("refuse-at: medium").answer(
            Review(object: Review.pod(Review.privileged))
        )
        #expect(answer.review["apiVersion"] as? String == "admission.k8s.io/v1")
        #expect(answer.review["kind"] as? String == "AdmissionReview")
        #expect(Set(answer.review.keys) == ["apiVersion", "kind", "response"])
        #expect(answer.response["uid"] as? String == "078aa13a-fd72-4bd2-bca5-9464404ffc89")
        #expect(Set(answer.response.keys) == ["uid", "allowed", "status", "auditAnnotations"])
        let status = try #require(answer.response["status"] as? [String: Any])
        #expect(status["code"] as? Int == 403)
        #expect(status["reason"] as? String == "Forbidden")
        #expect(!answer.message.contains("\n"))
    }

    @Test func `of many reasons the weightiest are told first`() async throws {
        let shell = #"{"name":"web","image":"busybox:1","command":["sh","-c","chroot /host"]"#
        let mount = #","securityContext":{"privileged":true},"volumeMounts":[{"name":"h","mountPath":"/host"}]}"#
        let node = #","nodeName":"n7","hostPID":true,"volumes":[{"name":"h","hostPath":{"path":"/"}}]"#
        let review = Review(object: Review.pod(shell + mount, more: node))
        let refused = try await WebhookUnderTest("refuse-at: medium\nimages: {digest: true}").answer(review)
        let levels = refused.message.matches(of: /refused by the rule '[^']*(?:'s [^']*)*' \((\w+)\)/).map(\.output.1)
        #expect(refused.message.hasPrefix("tidewaiter refuses pod 'web': spec.containers[0].image: "))
        #expect(levels == ["critical", "high"], "\(refused.message)")
        let warned = try await WebhookUnderTest("observe: true\nrefuse-at: medium").answer(review).warnings
        let order = ["(critical)", "(high)", "(medium)", "(low)"]
        let told = warned.compactMap { text in order.firstIndex { text.contains($0) } }
        #expect(told.count == warned.count && told == told.sorted() && Set(told).count > 2, "\(warned)")
    }

    @Test func `warnings stay within what the API server passes on`() async throws {
        let name = "w\\u0007\\u202e" + String(repeating: "ü", count: 300)
        let containers = (0..<90).map { index in
            Review.privileged.replacing(#""name":"web""#, with: #""name":"\#(index)\#(name)""#)
        }
        let object =
            #"{"kind":"Thing","spec":{"\#(name)":{"containers":[\#(containers.joined(separator: ","))]}}}"#
        let answer = try await WebhookUnderTest("refuse-at: critical").answer(
            Review(group: "example.com", kind: "Thing", resource: "things", object: object)
        )
        #expect(answer.isAllowed)
        #expect(answer.warnings.count > 8)
        #expect(answer.warnings.allSatisfy { $0.utf8.count <= 256 })
        #expect(answer.warnings.reduce(0) { $0 + $1.utf8.count } <= 4_096)
        #expect(answer.warnings.allSatisfy { !$0.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202e } })
        #expect(answer.warnings.last?.hasPrefix("tidewaiter: and ") == true)
    }

    @Test func `annotations name verdict, rules and decision by keys that the API server takes`() async throws {
        let webhook = try WebhookUnderTest()
        let answer = try await webhook.answer(Review(object: Review.pod(Review.privileged)))
        #expect(Set(answer.annotations.keys) == ["decision", "verdict", "rules"])
        #expect(answer.annotations["rules"]?.contains("Privileged Container") == true)
        #expect(answer.annotations["verdict"] == "allowed")
        #expect(answer.annotations["decision"] == webhook.decisions.verdicts.first?.id)
        let two = try await webhook.answer(Review(object: Review.pod(Review.privileged, more: #","hostIPC":true"#)))
        let titles = "Host's IPC, UTS, User Or Cgroup Namespace; Privileged Container"
        #expect(two.annotations["rules"] == titles)
    }

    @Test func `a dry run is judged and leaves no record`() async throws {
        let webhook = try WebhookUnderTest("refuse-at: medium", decisions: KeptDecisions(isFull: true))
        var review = Review(object: Review.pod(Review.privileged))
        review.isDryRun = true
        let refused = try await webhook.answer(review)
        #expect(!refused.isAllowed && refused.message.contains("privileged"))
        #expect(refused.annotations["dry-run"] == "true")
        review.object = Review.pod(Review.plain)
        #expect(try await webhook.answer(review).isAllowed)
        #expect(webhook.decisions.verdicts.isEmpty)
    }

    @Test func `a deployment that cannot be recorded is refused, and what is none passes`() async throws {
        let webhook = try WebhookUnderTest(decisions: KeptDecisions(isFull: true))
        let refused = try await webhook.answer(Review(object: Review.pod(Review.plain)))
        #expect(!refused.isAllowed)
        #expect(refused.message.contains("because the decision cannot be recorded"))
        let lease = Review(group: "coordination.k8s.io", kind: "Lease", resource: "leases", object: "{}")
        #expect(try await webhook.answer(lease).isAllowed)
    }

    // MARK: Over HTTP

    private func gatekeeper(needsClientCertificate: Bool = false, obstacle: String? = nil) throws -> AdmissionGatekeeper
    {
        AdmissionGatekeeper(
            try WebhookUnderTest().judge,
            needsClientCertificate: needsClientCertificate,
            obstacle: { obstacle }
        )
    }

    private static let json = [HeaderField("content-type", "application/json")]
    private static let client = Client(listener: "tcp://127.0.0.1:8443")

    private func status(_ gatekeeper: AdmissionGatekeeper, _ method: String, _ target: String) -> Int? {
        let head = RequestHead(method: method, target: target, fields: Self.json)
        guard case .answer(let answer) = gatekeeper.admit(head, from: Self.client) else { return nil }
        return answer.status
    }

    @Test func `paths are told apart without what the API server adds`() throws {
        let gatekeeper = try gatekeeper()
        #expect(status(gatekeeper, "POST", "/validate?timeout=10s") == nil)
        #expect(status(gatekeeper, "GET", "/validate") == 405)
        #expect(status(gatekeeper, "GET", "/healthz") == 200)
        #expect(status(gatekeeper, "GET", "/readyz") == 200)
        #expect(status(gatekeeper, "POST", "/readyz") == 405)
        #expect(status(gatekeeper, "POST", "/validatex") == 404)
        #expect(status(try self.gatekeeper(obstacle: "disk full"), "GET", "/readyz") == 503)
        #expect(status(try self.gatekeeper(obstacle: "disk full"), "GET", "/healthz") == 200)
        let plain = RequestHead(
            method: "POST",
            target: "/validate",
            fields: [HeaderField("content-type", "text/plain")]
        )
        guard case .answer(let answer) = gatekeeper.admit(plain, from: Self.client) else {
            throw CocoaError(.coderInvalidValue)
        }
        #expect(answer.status == 415)
    }

    @Test func `where a certificate is asked for, probes need none`() throws {
        let gatekeeper = try gatekeeper(needsClientCertificate: true)
        #expect(status(gatekeeper, "POST", "/validate") == 403)
        #expect(status(gatekeeper, "GET", "/healthz") == 200)
        var client = Self.client
        client.certificate = ClientCertificate(subject: "CN=kube-apiserver", commonName: "kube-apiserver")
        let head = RequestHead(method: "POST", target: "/validate", fields: Self.json)
        guard case .judge(.whole(let limit)) = gatekeeper.admit(head, from: client) else {
            throw CocoaError(.coderInvalidValue)
        }
        #expect(limit == 8 << 20)
    }

    @Test func `a malformed review is answered with 400 and its place`() async throws {
        let head = RequestHead(method: "POST", target: "/validate", fields: Self.json)
        let ruling = try await gatekeeper().judge(head, body: Array("{".utf8), from: Self.client)
        guard case .answer(let answer) = ruling else { throw CocoaError(.coderInvalidValue) }
        #expect(answer.status == 400)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("review, byte 1: the document ends early"))
    }
}
