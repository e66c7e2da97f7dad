import Dialects
import KubernetesAPI
import KubernetesGuard
import Sigma
import Synchronization
import Testing

import struct Judge.RuleLibrary

/// Namespaces in memory, of which some have to be looked up and some cannot be.
final class NamespacesInMemory: ClusterNamespaces {
    private let held: [String: [String: String]]
    private let others: [String: [String: String]]
    private let asked = Mutex<[String]>([])

    init(_ held: [String: [String: String]] = [:], others: [String: [String: String]] = [:]) {
        self.held = held
        self.others = others
    }

    var lookedUp: [String] { asked.withLock { $0 } }

    func known(_ namespace: String) -> [String: String]? { held[namespace] }

    func lookUp(_ namespace: String) async throws(APIError) -> [String: String] {
        asked.withLock { $0.append(namespace) }
        guard let labels = others[namespace] else { throw APIError(.timedOut, "no answer") }
        return labels
    }

    func pods<Value: Sendable>(
        in namespace: String,
        _ judge: (String, Result<Pod, PodReadingError>) -> Value?
    ) async throws(APIError) -> Listing<Value> { Listing() }
}

@Suite struct NamespaceLabelTests {
    private static let enforce = "pod-security.kubernetes.io/enforce"
    private static let detail = #"privileged (container "web" must not set securityContext.privileged=true)"#

    private func webhook(_ terms: String, _ namespaces: NamespacesInMemory?) throws -> WebhookUnderTest {
        try WebhookUnderTest(
            "podSecurity: {namespaceLabels: true\(terms)}",
            rules: RuleLibrary(),
            namespaces: namespaces
        )
    }

    private func pod(in namespace: String) -> Review {
        Review(namespace: namespace, object: Review.pod(Review.privileged))
    }

    private static let deployment =
        #"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web"},"#
        + #""spec":{"template":{"spec":{"containers":[\#(Review.privileged)]}}}}"#

    private static func deployment(in namespace: String) -> Review {
        Review(group: "apps", kind: "Deployment", resource: "deployments", namespace: namespace, object: deployment)
    }

    @Test func `labels go before the policy, mode by mode`() async throws {
        let namespaces = NamespacesInMemory([
            "strict": [Self.enforce: "baseline", "\(Self.enforce)-version": "v1.30"],
            "lax": [Self.enforce: "privileged"],
            "plain": ["team": "a"],
        ])
        let webhook = try webhook(", enforce: 'restricted:v1.20', audit: 'baseline:v1.25'", namespaces)
        let strict = try await webhook.answer(pod(in: "strict"))
        #expect(strict.message.contains("violates PodSecurity \"baseline:v1.30\": \(Self.detail); "))
        #expect(
            strict.annotations["pod-security-violations"]?.hasPrefix("would violate PodSecurity \"baseline:v1.25\"")
                == true
        )
        let lax = try await webhook.answer(pod(in: "lax"))
        #expect(lax.isAllowed)
        #expect(lax.annotations["pod-security-enforce-policy"] == "privileged:v1.20")
        #expect(try await webhook.answer(pod(in: "plain")).message.contains("\"restricted:v1.20\""))
        #expect(namespaces.lookedUp.isEmpty)
    }

    @Test func `labels count for nothing where the policy does not read them`() async throws {
        let namespaces = NamespacesInMemory(["shop": [Self.enforce: "baseline"]])
        let off = try WebhookUnderTest(
            "{podSecurity: {namespaceLabels: true}, namespaces: [{names: [shop], podSecurity: {namespaceLabels: false}}]}",
            rules: RuleLibrary(),
            namespaces: namespaces
        )
        #expect(try await off.answer(pod(in: "shop")).isAllowed)
    }

    @Test func `a bad level is restricted where it is enforced, and told in the cluster's log`() async throws {
        let namespaces = NamespacesInMemory([
            "typo": [Self.enforce: "basline"], "warn": ["pod-security.kubernetes.io/warn": "x"],
        ])
        let webhook = try webhook("", namespaces)
        let typo = try await webhook.answer(pod(in: "typo"))
        #expect(typo.message.contains("violates PodSecurity \"restricted:latest\": "))
        #expect(
            typo.annotations["pod-security-error"]
                == "Failed to parse policy: metadata.labels[\(Self.enforce)]: Invalid "
                + "value: \"basline\": must be one of privileged, baseline, restricted"
        )
        let warned = try await webhook.answer(pod(in: "warn"))
        #expect(warned.isAllowed && warned.warnings.isEmpty)
    }

    @Test func `a namespace that is not known yet is looked up`() async throws {
        let namespaces = NamespacesInMemory(others: ["new": [Self.enforce: "baseline"]])
        let webhook = try webhook("", namespaces)
        #expect(try await webhook.answer(pod(in: "new")).message.contains("\"baseline:latest\""))
        let warned = try await webhook.answer(Self.deployment(in: "new"))
        #expect(warned.warnings == ["would violate PodSecurity \"baseline:latest\": \(Self.detail)"])
        #expect(namespaces.lookedUp == ["new", "new"])
    }

    @Test func `what can be refused is refused where the namespace cannot be looked up`() async throws {
        let namespaces = NamespacesInMemory()
        let refusing = try webhook("", namespaces)
        let refused = try await refusing.answer(pod(in: "lost"))
        #expect(
            refused.message.hasPrefix(
                "tidewaiter refuses pod 'web': metadata.namespace: Pod Security cannot be judged: "
                    + "failed to lookup namespace \"lost\": no answer; try again; "
            )
        )
        #expect(refused.annotations["pod-security-error"] == "failed to lookup namespace \"lost\": no answer")
        // The API server's own plugin lets workloads pass then, whose pods it asks about again.
        #expect(try await refusing.answer(Self.deployment(in: "lost")).isAllowed)
        let workloads = try webhook(", workloads: refuse", namespaces)
        #expect(try await workloads.answer(Self.deployment(in: "lost")).isAllowed == false)
        var labelled = Self.deployment(in: "lost")
        labelled.operation = "UPDATE"
        labelled.oldObject = labelled.object
        labelled.object = Self.deployment.replacing(#""name":"web"}"#, with: #""name":"web","labels":{"a":"b"}}"#)
        #expect(try await workloads.answer(labelled).isAllowed)
        let without = try webhook("", nil)
        #expect(try await without.answer(pod(in: "lost")).message.contains("there is no API server to ask"))
    }

    @Test func `what deploys no other pod needs no namespace`() async throws {
        let namespaces = NamespacesInMemory()
        let webhook = try webhook(", exemptions: {namespaces: [exempt]}", namespaces)
        var labelled = pod(in: "lost")
        labelled.operation = "UPDATE"
        labelled.oldObject = labelled.object
        labelled.object = Review.pod(Review.privileged, metadata: #","labels":{"a":"b"}"#)
        #expect(try await webhook.answer(labelled).isAllowed)
        #expect(try await webhook.answer(pod(in: "exempt")).annotations["pod-security-exempt"] == "namespace")
        let config = Review(
            kind: "ConfigMap",
            resource: "configmaps",
            object: #"{"kind":"ConfigMap","apiVersion":"v1"}"#
        )
        #expect(try await webhook.answer(config).isAllowed)
        #expect(namespaces.lookedUp.isEmpty)
    }

    @Test func `what waits for the API server is not decided at once`() throws {
        let webhook = try WebhookUnderTest(
            "podSecurity: {namespaceLabels: true}",
            rules: RuleLibrary(),
            namespaces: NamespacesInMemory(["shop": [Self.enforce: "baseline"]]),
            decisions: KeptDecisions(recordsAtOnce: true)
        )
        #expect(try webhook.judge.decideAtOnce(Array(pod(in: "new").json.utf8)) == nil)
        #expect(webhook.decisions.verdicts.isEmpty)
        #expect(try webhook.judge.decideAtOnce(Array(pod(in: "shop").json.utf8))?.isAllowed == false)
        #expect(webhook.decisions.verdicts.count == 1)
    }
}
