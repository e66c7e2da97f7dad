import Foundation
import Testing

/// Objects as large as a server's storage takes them, and reviews as large as it makes of them.
@Suite(.serialized) struct LargeReviewTests {
    private static let megabyte = 1 << 20

    /// A pod of about three megabytes: annotations, and thousands of variables.
    private static func pod(privileged: Bool) -> String {
        let variables = (0..<20_000).map { #"{"name":"VARIABLE_\#($0)","value":"value of the variable \#($0)"}"# }
        let annotations = (0..<16).map { #""filler-\#($0)":"\#(String(repeating: "x", count: 110_000))""# }
        return #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop","annotations":{"#
            + #"\#(annotations.joined(separator: ","))}},"spec":{"containers":[{"name":"web","image":"nginx:1.27","env":["#
            + #"\#(variables.joined(separator: ","))],"securityContext":{"privileged":\#(privileged)}}]}}"#
    }

    /// A custom resource that is like a large ConfigMap, and holds a pod template behind it.
    private static func thing(privileged: Bool) -> String {
        let data = (0..<30_000).map { #""key-\#($0)":"\#(String(repeating: "line \\n", count: 12))""# }
        return
            #"{"kind":"Thing","apiVersion":"example.com/v1","metadata":{"name":"web","namespace":"shop"},"spec":{"data":{"#
            + #"\#(data.joined(separator: ","))},"template":{"spec":{"containers":[{"name":"web","image":"nginx:1.27","#
            + #""securityContext":{"privileged":\#(privileged)}}]}}}}"#
    }

    private static func review(_ object: String, old: String? = nil, group: String, kind: String, resource: String)
        -> String
    {
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","kind":{"group":"\#(group)","#
            + #""version":"v1","kind":"\#(kind)"},"resource":{"group":"\#(group)","version":"v1","resource":"\#(resource)"},"#
            + #""operation":"\#(old == nil ? "CREATE" : "UPDATE")","name":"web","namespace":"shop","#
            + #""userInfo":{"username":"bob"},"object":\#(object),"oldObject":\#(old ?? "null"),"dryRun":false}}"#
    }

    private static func pods(_ object: String, old: String? = nil) -> String {
        review(object, old: old, group: "", kind: "Pod", resource: "pods")
    }

    private static func things(_ object: String, old: String? = nil) -> String {
        review(object, old: old, group: "example.com", kind: "Thing", resource: "things")
    }

    private struct Answer {
        var status: Int
        var seconds: Double
        var text: String
    }

    private static func ask(_ webhook: RunningWebhook, _ review: String) throws -> Answer {
        let file = try webhook.folder.write(review, as: "large.json")
        let output = try webhook.curl([
            "--data-binary", "@\(file)", "-H", "Content-Type: application/json", "-w", #"\n%{http_code} %{time_total}"#,
            webhook.url("/validate?timeout=10s"),
        ])
        let last = output.split(separator: "\n").last?.split(separator: " ") ?? []
        return Answer(
            status: last.first.flatMap { Int($0) } ?? 0,
            seconds: last.last.flatMap { Double($0) } ?? .infinity,
            text: output
        )
    }

    /// The longest that an API server may be told to wait.
    ///
    /// The program of the tests is not optimised, and shares the machine with other tests; the released one takes a
    /// tenth of a second.
    private static let patience = 30.0

    @Test func `objects of three megabytes are judged in time, their updates too, and the memory is given back`() throws
    {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        let before = try #require(try webhook.metrics().value("process_resident_memory_bytes"))
        var slowest = 0.0
        for (make, reviews, place) in [
            (Self.pod, Self.pods, "spec.containers[0].securityContext.privileged"),
            (Self.thing, Self.things, "spec.template.spec.containers[0].securityContext.privileged"),
        ] as [((Bool) -> String, (String, String?) -> String, String)] {
            let (plain, privileged) = (make(false), make(true))
            #expect((Self.megabyte * 5 / 2...Self.megabyte * 7 / 2).contains(plain.utf8.count), "\(plain.utf8.count)")
            for (review, isAllowed) in [
                (reviews(plain, nil), true), (reviews(privileged, nil), false), (reviews(privileged, plain), false),
                (reviews(plain, privileged), true), (reviews(privileged, privileged), true),
            ] {
                let answer = try Self.ask(webhook, review)
                #expect(answer.status == 200)
                #expect(answer.text.contains(#""uid":"u1","allowed":\#(isAllowed)"#), "\(answer.text.prefix(400))")
                if !isAllowed { #expect(answer.text.contains(place)) }
                #expect(answer.seconds < Self.patience)
                slowest = max(slowest, answer.seconds)
            }
        }
        // What lies free between smaller blocks is given back every two seconds.
        sleep(3)
        let after = try #require(try webhook.metrics().value("process_resident_memory_bytes"))
        print("3 MB reviews: slowest \(slowest) s; resident \(before / 0x1p20) MB before, \(after / 0x1p20) MB after")
        // The program of the tests is not optimised and begins with half as much again as the released one.
        #expect(after - before < 32 * 0x1p20)
    }

    @Test func `a review beyond the limit is told so, whether its length is announced or not`() throws {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        let filler = String(repeating: "x", count: 9 * Self.megabyte)
        let file = try webhook.folder.write(Self.pods(#"{"kind":"Pod","spec":{"a":"\#(filler)"}}"#), as: "large.json")
        for more in [[], ["-H", "Transfer-Encoding: chunked"]] {
            let answer = try webhook.curl(
                ["--data-binary", "@\(file)", "-H", "Content-Type: application/json"] + more + [
                    webhook.url("/validate")
                ]
            )
            let told = "the request's body is longer than the 8388608 bytes that are judged"
            #expect(answer.contains(#""code":413,"message":"tidewaiter: \#(told)"#), "\(answer.prefix(300))")
        }
        #expect(try webhook.review(times: 1).contains(#""allowed":false"#))
        #expect(try webhook.metrics().value(#"tidewaiter_unserved_requests_total{code="413"}"#) == 2)
    }
}
