import Deployments
import Dialects
import Foundation
import Judge
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Testing

/// Reviews of namespaces themselves, with the pods in them on a fake API server.
@Suite(.timeLimit(.minutes(1))) struct NamespaceReviewTests {
    private static let enforce = "pod-security.kubernetes.io/enforce"

    private static func namespace(_ labels: String?) -> String? {
        labels.map { #"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop","labels":{\#($0)}}}"# }
    }

    private static func review(_ labels: String, old: String? = nil) -> Review {
        Review(
            operation: old == nil ? "CREATE" : "UPDATE",
            kind: "Namespace",
            resource: "namespaces",
            name: "shop",
            object: namespace(labels),
            oldObject: namespace(old)
        )
    }

    /// Answers by a policy that reads labels.
    private func answer(
        _ review: Review,
        _ terms: String = "",
        pods: [String: String] = [:],
        _ prepare: (FakeAPIServer) -> Void = { _ in }
    ) async throws -> (answer: ReviewAnswer, requests: [String], decisions: [Verdict]) {
        let folder = NSTemporaryDirectory() + "namespaces-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fake = try FakeAPIServer(in: folder)
        for (name, pod) in pods { try fake.put(pod, at: "/api/v1/namespaces/shop/pods/\(name)") }
        prepare(fake)
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        return try await APIClient.connected(to: server) { client in
            let webhook = try WebhookUnderTest(
                "podSecurity: {namespaceLabels: true\(terms)}",
                rules: RuleLibrary(),
                namespaces: NamespaceLabels(client: client)
            )
            return (try await webhook.answer(review), fake.requests, webhook.decisions.verdicts)
        }
    }

    @Test func `a namespace with a bad label is refused as invalid`() async throws {
        let (answer, _, decisions) = try await answer(
            Self.review(#""\#(Self.enforce)":"basline","\#(Self.enforce)-version":"1.30","team":"a""#)
        )
        let status = answer.response["status"] as? [String: Any]
        #expect(status?["code"] as? Int == 422 && status?["reason"] as? String == "Invalid")
        #expect(
            answer.message.hasPrefix(
                "tidewaiter refuses namespace 'shop': metadata.labels[\(Self.enforce)]: Invalid value: \"basline\": must be "
                    + "one of privileged, baseline, restricted; "
            )
        )
        #expect(answer.message.contains("metadata.labels[\(Self.enforce)-version]: Invalid value: \"1.30\": "))
        #expect(decisions.map(\.outcome) == [.refused])
        #expect(decisions.first?.deployments.first?.actor.userName == "bob")
    }

    @Test func `a label that was wrong already holds up no other change`() async throws {
        let bad = #""\#(Self.enforce)":"x""#
        let other = try await answer(Self.review("\(bad),\"a\":\"b\"", old: bad))
        #expect(other.answer.isAllowed && other.decisions.isEmpty)
        let worse = try await answer(Self.review(#""\#(Self.enforce)":"y""#, old: bad))
        #expect(!worse.answer.isAllowed)
        let mended = try await answer(Self.review(#""\#(Self.enforce)":"privileged""#, old: bad))
        #expect(mended.answer.isAllowed)
    }

    private static let pods = [
        "b": pod(#"{"name":"c","securityContext":{"privileged":true}}"#),
        "a": pod(#"{"name":"c","securityContext":{"privileged":true}}"#),
        "host": pod(#"{"name":"c"}"#, more: #","hostPID":true"#),
        "kata": pod(#"{"name":"c","securityContext":{"privileged":true}}"#, more: #","runtimeClassName":"kata""#),
        "good": pod(#"{"name":"c"}"#),
    ]

    /// As in a list, where an item does not say its kind.
    private static func pod(_ container: String, more: String = "") -> String {
        #"{"metadata":{},"spec":{"containers":[\#(container)]\#(more)}}"#
    }

    @Test func `a stricter level warns of the pods that run there`() async throws {
        let (answer, _, decisions) = try await answer(
            Self.review(#""\#(Self.enforce)":"baseline""#, old: ""),
            ", exemptions: {runtimeClasses: [kata]}",
            pods: Self.pods
        )
        #expect(answer.isAllowed && decisions.isEmpty)
        #expect(
            answer.warnings == [
                #"existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest""#,
                "a (and 1 other pod): privileged", "host: host namespaces",
            ]
        )
    }

    @Test(arguments: [
        (#""\#(enforce)":"baseline""#, #""\#(enforce)":"restricted""#),
        (#""\#(enforce)":"privileged""#, #""\#(enforce)":"restricted""#),
        (#""\#(enforce)":"baseline","a":"b""#, #""\#(enforce)":"baseline""#),
        (#""\#(enforce)":"baseline""#, nil),
    ])
    func `pods are looked at only where more is enforced than before`(labels: String, old: String?) async throws {
        let (answer, requests, _) = try await answer(Self.review(labels, old: old), pods: Self.pods)
        #expect(answer.isAllowed && answer.warnings.isEmpty && requests.isEmpty)
    }

    @Test func `another version of a laxer level is looked at, too`() async throws {
        let old = #""\#(Self.enforce)":"restricted""#
        let (answer, _, _) = try await answer(
            Self.review(#""\#(Self.enforce)":"baseline","\#(Self.enforce)-version":"v1.20""#, old: old),
            pods: Self.pods
        )
        #expect(answer.warnings.first?.contains("\"baseline:v1.20\"") == true)
    }

    @Test func `pods that cannot be listed are told, and those beyond the bound are counted`() async throws {
        let review = Self.review(#""\#(Self.enforce)":"baseline""#, old: "")
        let failed = try await answer(review) { $0.fail("/pods", with: 403, "Forbidden", "no") }
        #expect(failed.answer.isAllowed)
        #expect(failed.answer.warnings == ["failed to list pods while checking new PodSecurity enforce level"])
        let good = Self.pod(#"{"name":"c"}"#)
        let many = Dictionary(uniqueKeysWithValues: (0..<250).map { ("p\($0)", good) })
        let slow = try await answer(review, pods: many) { $0.stall("continue=") }
        #expect(
            slow.answer.warnings == [
                "new PodSecurity enforce level only checked against the first 200 of 250 existing pods"
            ]
        )
    }

    @Test func `labels of an exempt namespace are told to count for nothing`() async throws {
        let (answer, requests, _) = try await answer(
            Self.review(#""\#(Self.enforce)":"baseline","pod-security.kubernetes.io/warn":"restricted""#),
            ", exemptions: {namespaces: [shop]}",
            pods: Self.pods
        )
        #expect(requests.isEmpty)
        #expect(
            answer.warnings == [
                #"namespace "shop" is exempt from Pod Security, and the policy (enforce=baseline:latest, "#
                    + "warn=restricted:latest) will be ignored"
            ]
        )
    }
}
