import Deployments
import Dialects
import Foundation
import Judge
import Sigma
import Testing

/// Attacks of which no admission webhook is asked, though it be registered for everything.
///
/// The API server refuses before admission, does not ask about reads, nor about a webhook's own registration. The audit log
/// has them all.
@Suite(.enabled(if: SharedData.isPresent, "the recorded corpora are not beside the project"))
struct UnreviewedAttackTests {
    private struct Operation {
        var name: String
        var facets: Set<String>
    }

    private static func unreviewed() throws -> [Operation] {
        let reviewed = Set(
            try SharedData.objects("kubernetes/admissionreviews.jsonl").map { $0["op"] as? String ?? "" }
        )
        let attacks = try SharedData.objects("kubernetes/labels.jsonl").filter { $0["label"] as? String == "attack" }
        try #require(attacks.count == 102)
        return attacks.filter { !reviewed.contains($0["op"] as? String ?? "") }.map {
            Operation(name: $0["op"] as? String ?? "", facets: Set($0["facets"] as? [String] ?? []))
        }
    }

    /// The audit events of each operation.
    private static func events() throws -> [String: [String]] {
        var operations: [String: String] = [:]
        for label in try SharedData.objects("kubernetes/audit-labels.jsonl") {
            operations[label["auditID"] as? String ?? ""] = label["op"] as? String
        }
        var events: [String: [String]] = [:]
        for line in try SharedData.lines("kubernetes/audit.jsonl") {
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let operation = operations[event?["auditID"] as? String ?? ""] else { continue }
            events[operation, default: []].append(line)
        }
        return events
    }

    @Test func `a deployment that is refused before admission is told from the audit log`() throws {
        let unreviewed = try Self.unreviewed()
        #expect(unreviewed.count == 25)
        let events = try Self.events()
        let judge = Judge(try #require(LookAlikeTests.bench))
        var told: [String: Level] = [:]
        for operation in unreviewed {
            let found = readings(of: KubernetesAuditDialect(), events[operation.name] ?? []).deployments
            told[operation.name] = LookAlikeTests.level(found, judge)
        }
        // Creates and a debug container that RBAC refused, nobody's deployment, and a dashboard without credentials.
        #expect(Set(told.keys) == ["OP-0172", "OP-0182", "OP-0191", "OP-0193", "OP-0229", "OP-0272"])
        #expect(told["OP-0191"] == .critical && told["OP-0272"] == .critical)
    }

    /// For the rules of whoever keeps audit logs: it tells an administrator's own changes, too.
    private static let tampering = """
        title: Admission Configuration Changed
        id: 5f6a0b7e-3d0a-4d0e-8e55-b6f7b4c1d0a3
        status: test
        logsource: {product: kubernetes, service: audit}
        detection:
            configuration:
                objectRef.apiGroup: admissionregistration.k8s.io
                verb: [create, update, patch, delete]
            condition: configuration
        level: high
        """

    @Test func `what is done to webhooks and policies, which neither is asked about, is told from the audit log`()
        throws
    {
        let tampering = try Self.unreviewed().filter {
            !$0.facets.isDisjoint(with: ["webhook-tamper", "policy-tamper"])
        }
        #expect(tampering.count == 7)
        let judge = try RawRecords.judge(Self.tampering)
        let events = try Self.events()
        for operation in tampering {
            let lines = events[operation.name] ?? []
            let findings = try lines.flatMap { try RawRecords.findings(judge, $0) }
            #expect(!lines.isEmpty && findings.count == 1, "\(operation.name): \(findings.count)")
        }
    }
}
