import Foundation
import Judge
import KubernetesGuard
import Testing

@Suite struct DecidingAtOnceTests {
    private static var privileged: Review { Review(object: Review.pod(Review.privileged)) }

    private static let reviews: [(name: String, review: Review, records: Int)] = [
        ("a pod", Review(object: Review.pod(Review.plain)), 1),
        ("a refused pod", privileged, 1),
        ("a dry run", Review(isDryRun: true, object: Review.pod(Review.privileged)), 0),
        ("a deletion", Review(operation: "DELETE", oldObject: Review.pod(Review.privileged)), 0),
        ("an exec", Review(operation: "CONNECT", subresource: "exec", object: #"{"command":["sh"]}"#), 1),
    ]

    @Test(arguments: reviews.map(\.name))
    func `what is decided at once is what is decided otherwise`(_ name: String) async throws {
        let (_, review, records) = try #require(Self.reviews.first { $0.name == name })
        let policy = "refuse-at: medium"
        let quick = try WebhookUnderTest(policy, decisions: KeptDecisions(recordsAtOnce: true))
        let patient = try WebhookUnderTest(policy)
        let body = Array(review.json.utf8)
        let decision = try #require(try quick.judge.decideAtOnce(body))
        let other = try await patient.judge.decide(body)
        #expect(Self.withoutID(decision.json) == Self.withoutID(other.json))
        #expect(quick.decisions.verdicts.count == records && patient.decisions.verdicts.count == records)
    }

    /// Every decision has a name of its own.
    private static func withoutID(_ json: String) -> String { json.replacing(/\b[0-9a-f]{24}\b/, with: "ID") }

    @Test func `what has to wait to be recorded is decided otherwise`() throws {
        let webhook = try WebhookUnderTest()
        #expect(try webhook.judge.decideAtOnce(Array(Self.privileged.json.utf8)) == nil)
        #expect(webhook.decisions.verdicts.isEmpty)
    }

    @Test func `what cannot be recorded is refused at once`() throws {
        let webhook = try WebhookUnderTest(decisions: KeptDecisions(isFull: true, recordsAtOnce: true))
        let decision = try #require(try webhook.judge.decideAtOnce(Array(Self.privileged.json.utf8)))
        #expect(!decision.isAllowed && decision.message?.contains("because the decision cannot be recorded") == true)
    }
}
