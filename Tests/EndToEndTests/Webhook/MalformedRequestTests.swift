import Foundation
import Testing

/// What is no review, sent to the built program: it is answered with its place, and the connection goes on.
@Suite(.serialized) struct MalformedRequestTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var body: [UInt8]
        var status: Int
        var reason: String
        var path = "/validate?timeout=10s"
        var type = "application/json"
        var method = "POST"

        init(_ name: String, _ body: String, status: Int = 400, _ reason: String) {
            self.init(name, Array(body.utf8), status: status, reason)
        }

        init(_ name: String, _ body: [UInt8], status: Int = 400, _ reason: String) {
            testDescription = name
            self.body = body
            self.status = status
            self.reason = reason
        }

        func with(_ change: (inout Case) -> Void) -> Case {
            var other = self
            change(&other)
            return other
        }
    }

    private static let good = RunningWebhook.review

    /// The good review with another piece.
    private static func changed(_ piece: String, _ other: String) -> String {
        precondition(good.contains(piece))
        return good.replacing(piece, with: other, maxReplacements: 1)
    }

    private static let objectStart = #""object":{"kind""#

    static let cases: [Case] = [
        Case("nothing", "", "review, byte 0: the document is empty"),
        Case("truncated", String(good.dropLast(9)), "the document ends early"),
        Case("no JSON", "kind: AdmissionReview", "review, byte 0: "),
        Case("no object", "[]", "review: it is no object"),
        Case(
            "a request that is a list",
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":[]}"#,
            "request: a review has one, and it is an object"
        ),
        Case("no uid", changed(#""uid":"u1","#, ""), "request.uid: "),
        Case("a number for a uid", changed(#""uid":"u1""#, #""uid":1"#), "request.uid: it is a text"),
        Case("a uid twice", changed(#""uid":"u1""#, #""uid":"u0","uid":"u1""#), "request.uid: it is there twice"),
        Case("v1beta1", changed("admission.k8s.io/v1", "admission.k8s.io/v1beta1"), "apiVersion: "),
        Case("another kind", changed("AdmissionReview", "TokenReview"), "kind: it is not AdmissionReview"),
        Case("an unknown operation", changed("CREATE", "PATCH"), "request.operation: "),
        Case("no object to create", changed(#""object":{"#, #""objects":{"#), "request.object: "),
        Case("a text for an object", changed(#""oldObject":null"#, #""oldObject":"{}""#), "request.oldObject: "),
        Case("bytes behind it", good + "{}", "data follows the document"),
        Case(
            "nested too deep",
            changed(
                objectStart,
                #""object":{"a":"# + String(repeating: "[", count: 5_000)
                    + String(repeating: "]", count: 5_000) + #","kind""#
            ),
            "values are nested deeper than the limit"
        ),
        Case(
            "bytes that are no UTF-8",
            Array(good.utf8).replacing(Array("nginx".utf8), with: [0x6e, 0xff, 0xfe]),
            "review"
        ),
        Case("another content type", good, status: 415, "a review is application/json").with {
            $0.type = "application/yaml"
        },
        Case("read in place of sent", "", status: 405, "this path takes POST").with { $0.method = "GET" },
        Case("another path", good, status: 404, "there is no such path").with { $0.path = "/mutate" },
    ]

    @Test func `each is answered with its place, and the next review on the same connection as if nothing had been`()
        throws
    {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        for one in Self.cases {
            let body = try webhook.folder.write(one.body, as: "body")
            let bad = one.method == "GET" ? [] : ["--data-binary", "@\(body)", "-H", "Content-Type: \(one.type)"]
            let report = #"\n%{http_code} %{num_connects}\n"#
            let output = try webhook.curl(
                bad + ["-w", report, webhook.url(one.path), "--next", "-sS"] + webhook.trust
                    + [
                        "--data-binary", "@\(webhook.folder.path("review.json"))", "-H",
                        "Content-Type: application/json",
                    ]
                    + ["-w", report, webhook.url("/validate")]
            )
            let lines = output.split(separator: "\n").map(String.init)
            try #require(lines.count == 4, "\(one.testDescription): \(output)")
            #expect(lines[0].contains(#""kind":"Status","apiVersion":"v1","status":"Failure","code":\#(one.status)"#))
            #expect(lines[0].contains(one.reason), "\(one.testDescription): \(lines[0])")
            #expect(lines[1] == "\(one.status) 1", "\(one.testDescription)")
            #expect(lines[2].contains(#""uid":"u1","allowed":false"#), "\(one.testDescription)")
            #expect(lines[3] == "200 0", "\(one.testDescription): the connection did not go on")
        }
        // A number that nothing holds is JSON all the same (RFC 8259, section 6), and hides nothing behind it.
        let number = try webhook.folder.write(
            Self.changed(Self.objectStart, #""object":{"a":1e999999,"kind""#),
            as: "body"
        )
        let judged = try webhook.curl(
            ["--data-binary", "@\(number)", "-H", "Content-Type: application/json", webhook.url("/validate")]
        )
        #expect(judged.contains(#""uid":"u1","allowed":false"#), "\(judged)")
        let malformed = Self.cases.count { $0.status == 400 }
        let metrics = try webhook.metrics()
        #expect(
            metrics.value(#"tidewaiter_admission_reviews_total{verdict="malformed",operation="unknown"}"#)
                == Double(malformed)
        )
        for status in [404, 405, 415] {
            #expect(metrics.value(#"tidewaiter_unserved_requests_total{code="\#(status)"}"#) == 1)
        }
    }
}
