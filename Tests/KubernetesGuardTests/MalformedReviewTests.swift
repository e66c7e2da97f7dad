import Dialects
import Foundation
import KubernetesGuard
import Testing

@Suite struct MalformedReviewTests {
    @Test(arguments: [
        (
            #""apiVersion":"admission.k8s.io/v1","request""#, #""apiVersion":"admission.k8s.io/v1beta1","request""#,
            "apiVersion"
        ),
        (#""kind":"AdmissionReview""#, #""kind":"Review""#, "kind"),
        (#""request":{"#, #""asked":{"#, "request"),
        (#""uid":"078aa13a-fd72-4bd2-bca5-9464404ffc89""#, #""uid":"""#, "request.uid"),
        (#""uid":"078aa13a-fd72-4bd2-bca5-9464404ffc89""#, #""uid":7"#, "request.uid"),
        (#""uid":"#, #""uid":"x","uid":"#, "request.uid"),
        (#""operation":"CREATE""#, #""operation":"create""#, "request.operation"),
        (#""operation":"CREATE""#, #""operation":null"#, "request.operation"),
        (#""resource":"pods""#, #""resource":"""#, "request.resource.resource"),
        (#""dryRun":false"#, #""dryRun":"no""#, "request.dryRun"),
        (#""userInfo":{"#, #""user":{"#, "request.userInfo"),
        (#""username":"bob""#, #""username":["bob"]"#, "request.userInfo.username"),
        (#""oldObject":null"#, #""oldObject":"pod""#, "request.oldObject"),
        (#""oldObject":null"#, #""object":{},"oldObject":null"#, "request.object"),
        (#""namespace":"shop"}"#, #""namespace":7}"#, "request.namespace"),
    ])
    func `what is no review is told with its place`(piece: String, other: String, place: String) async throws {
        let webhook = try WebhookUnderTest()
        // The namespace stands in the object as well; the request's is the last.
        let json = Review(object: Review.pod(Review.plain)).json
        let range = try #require(
            place == "request.namespace" ? json.ranges(of: #""namespace":"shop"}"#).last : json.firstRange(of: piece)
        )
        let bytes = Array(json.replacingCharacters(in: range, with: other).utf8)
        let error = await #expect(throws: MalformedReview.self) { try await webhook.judge.decide(bytes) }
        #expect(error?.place == place)
        #expect(webhook.decisions.verdicts.isEmpty)
    }

    @Test func `what is no JSON is told with its byte`() async throws {
        let webhook = try WebhookUnderTest()
        for (text, offset, reason) in [
            ("", 0, "the document is empty"), (#"{"kind":}"#, 8, "the text is not JSON"),
            (#"{} {}"#, 3, "data follows the document"), (#"{"kind":"#, 8, "the document ends early"),
        ] {
            let error = await #expect(throws: MalformedReview.self) { try await webhook.judge.decide(Array(text.utf8)) }
            #expect(error == MalformedReview("review", reason, offset: offset), "\(text)")
        }
    }

    @Test func `depth is bounded`() async throws {
        let webhook = try WebhookUnderTest()
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let error = await #expect(throws: MalformedReview.self) {
            try await webhook.judge.decide(Array(Review(object: #"{"a":\#(deep)}"#).json.utf8))
        }
        #expect(error?.message == "values are nested deeper than the limit")
    }

    @Test func `a new object that is not shown is no review`() async throws {
        let webhook = try WebhookUnderTest()
        for operation in ["CREATE", "UPDATE"] {
            let error = await #expect(throws: MalformedReview.self) {
                try await webhook.judge.decide(Array(Review(operation: operation).json.utf8))
            }
            #expect(error?.place == "request.object")
        }
    }
}
