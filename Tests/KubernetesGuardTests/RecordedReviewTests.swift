import Foundation
import Testing

@testable import Judge

/// The reviews that a real kube-apiserver 1.36 sent, with what each operation was.
@Suite(.enabled(if: SharedData.isPresent, "the recorded reviews are not here")) struct RecordedReviewTests {
    @Test func printing() async throws {
        let webhook = try WebhookUnderTest()
        for row in try SharedData.objects("kubernetes/admissionreviews.jsonl") {
            let json = String(decoding: try JSONSerialization.data(withJSONObject: row["review"]!), as: UTF8.self)
            let answer = try await webhook.answer(json)
            let r = (row["review"] as! [String: Any])["request"] as! [String: Any]
            let label = row["label"] as! String, role = row["role"] as! String
            let bad = (label == "attack") == answer.isAllowed
            if bad { print("@@", label, role, row["op"] ?? "", r["operation"]!, (r["resource"] as! [String: Any])["resource"]!, r["subResource"] ?? "", r["namespace"] ?? "", r["name"] ?? "", row["facets"]!, answer.message, answer.warnings) }
        }
    }
}
