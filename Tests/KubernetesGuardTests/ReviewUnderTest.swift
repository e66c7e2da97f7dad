import Dialects
import Foundation
import Judge
import KubernetesGuard
import PrometheusMetrics
import Sigma
import Synchronization

/// Keeps decisions, or fails to.
final class KeptDecisions: DecisionLog {
    private let kept = Mutex<[Verdict]>([])
    private let isFull: Bool
    let recordsAtOnce: Bool

    /// - Parameter recordsAtOnce: whether nobody has to be waited for, as with a file.
    init(isFull: Bool = false, recordsAtOnce: Bool = false) {
        self.isFull = isFull
        self.recordsAtOnce = recordsAtOnce
    }

    func recordAtOnce(_ verdict: Verdict) -> Result<Void, any Error>? {
        guard recordsAtOnce else { return nil }
        guard !isFull else { return .failure(CocoaError(.fileWriteOutOfSpace)) }
        post(verdict)
        return .success(())
    }

    func post(_ verdict: Verdict) { kept.withLock { $0.append(verdict) } }

    func record(_ verdict: Verdict) async throws {
        guard !isFull else { throw CocoaError(.fileWriteOutOfSpace) }
        kept.withLock { $0.append(verdict) }
    }

    var verdicts: [Verdict] { kept.withLock { $0 } }
}

/// A review as a test writes it: what is not said is as the API server sends it for a new pod.
struct Review {
    var operation = "CREATE"
    var group = ""
    var version = "v1"
    var kind = "Pod"
    var resource = "pods"
    var subresource: String?
    var name: String? = "web"
    var namespace: String? = "shop"
    var user = "bob"
    var groups = ["shop-developers", "system:authenticated"]
    var isDryRun = false
    var object: String?
    var oldObject: String?

    var json: String {
        let place = #""group":"\#(group)","version":"\#(version)""#
        var members = [
            #""uid":"078aa13a-fd72-4bd2-bca5-9464404ffc89""#, #""kind":{\#(place),"kind":"\#(kind)"}"#,
            #""resource":{\#(place),"resource":"\#(resource)"}"#, #""operation":"\#(operation)""#,
            #""userInfo":{"username":"\#(user)","groups":["\#(groups.joined(separator: "\",\""))"]}"#,
            #""object":\#(object ?? "null")"#, #""oldObject":\#(oldObject ?? "null")"#, #""dryRun":\#(isDryRun)"#,
        ]
        if let subresource { members.append(#""subResource":"\#(subresource)""#) }
        if let name { members.append(#""name":"\#(name)""#) }
        if let namespace { members.append(#""namespace":"\#(namespace)""#) }
        return
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{\#(members.joined(separator: ","))}}"#
    }

    /// A pod whose containers are told.
    static func pod(_ containers: String, more: String = "", metadata: String = "") -> String {
        #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"\#(metadata)},"#
            + #""spec":{"containers":[\#(containers)]\#(more)}}"#
    }

    static let plain = #"{"name":"web","image":"nginx:1.27"}"#
    static let privileged = #"{"name":"web","image":"nginx:1.27","securityContext":{"privileged":true}}"#
}

/// An answer, taken apart.
struct ReviewAnswer {
    let decision: AdmissionDecision
    var response: [String: Any] { (review["response"] as? [String: Any]) ?? [:] }
    let review: [String: Any]

    var isAllowed: Bool { response["allowed"] as? Bool ?? false }
    var message: String { (response["status"] as? [String: Any])?["message"] as? String ?? "" }
    var warnings: [String] { response["warnings"] as? [String] ?? [] }
    var annotations: [String: String] { response["auditAnnotations"] as? [String: String] ?? [:] }
}

/// A judge of reviews with decisions that a test can look at.
struct WebhookUnderTest {
    let judge: AdmissionJudge
    let decisions: KeptDecisions
    let metrics = MetricRegistry()
    let admissionMetrics: AdmissionMetrics

    init(
        _ policy: String = "",
        rules: RuleLibrary = .builtIn,
        namespaces: (any ClusterNamespaces)? = nil,
        decisions: KeptDecisions = KeptDecisions()
    ) throws {
        self.decisions = decisions
        admissionMetrics = AdmissionMetrics(metrics)
        judge = AdmissionJudge(
            policy: try Self.policy(policy),
            bench: try Judge.Bench(rules),
            namespaces: namespaces,
            log: decisions,
            metrics: admissionMetrics
        )
    }

    static func policy(_ yaml: String) throws -> AdmissionPolicy {
        let (policy, diagnostics) = AdmissionPolicy.read(yaml, file: "policy.yml")
        struct Refused: Error { var text: String }
        guard let policy else { throw Refused(text: diagnostics.map(\.description).joined(separator: "\n")) }
        return policy
    }

    func answer(_ json: String) async throws -> ReviewAnswer {
        let decision = try await judge.decide(Array(json.utf8))
        let object = try JSONSerialization.jsonObject(with: Data(decision.json.utf8)) as? [String: Any]
        return ReviewAnswer(decision: decision, review: object ?? [:])
    }

    func answer(_ review: Review) async throws -> ReviewAnswer { try await answer(review.json) }
}
