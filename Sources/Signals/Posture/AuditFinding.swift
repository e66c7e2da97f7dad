internal import Deployments
internal import Judge
package import Posture
internal import Sigma

/// A failing answer as a finding among others: what the ledger keeps, and SIEMs read.
package struct AuditFinding: Sendable {
    /// The same for the same check and subject on the same host or cluster, from audit to audit.
    package var id: String
    package var check: Check
    /// In one sentence.
    package var sentence: String
    /// Elastic Common Schema, one JSON object without line end: event.kind is `state`, event.category `configuration`.
    package var ecs: [UInt8]

    /// The failing answers of a report; what is accepted is none.
    package static func all(in report: AuditReport) -> [AuditFinding] {
        report.entries.flatMap { entry in
            entry.results.filter(\.isFailing).map { AuditFinding($0.result, of: entry.check, in: report) }
        }
    }

    private init(_ result: CheckResult, of check: Check, in report: AuditReport) {
        let place = report.host ?? report.cluster ?? ""
        id = RecordIdentity.findingID(rule: check.id, parts: [place, result.subject])
        self.check = check
        let subject = result.subject.isEmpty ? place : result.subject
        sentence = VisibleText.escape("\(check.title): \(subject): \(result.reason)")
        let time = AuditDocuments.timestamp(report)
        var event: [Document.Member] = [
            .init("id", .text(id)), .init("kind", "state"), .init("category", ["configuration"]),
            .init("type", ["info"]),
            .init("dataset", "tidewaiter.audit"), .init("outcome", "failure"), .init("reason", .text(result.reason)),
        ]
        if !result.evidence.isEmpty { event.append(.init("original", .text(result.evidence.joined(separator: "\n")))) }
        var members: [Document.Member] = [
            .init("@timestamp", .text(time)), .init("ecs", ["version": .text(ECSLines.version)]),
            .init("event", .object(event)), .init("message", .text(sentence)),
            .init(
                "rule",
                [
                    "id": .text(check.id), "name": .text(check.title), "level": .text(check.level.rawValue),
                    "category": .text(check.mitigation.rawValue),
                ]
            ), .init("threat", ["technique": ["id": ["T1610"]]]),
        ]
        if let host = report.host { members.append(.init("host", ["name": .text(host)])) }
        if let cluster = report.cluster, !cluster.isEmpty {
            members.append(.init("orchestrator", ["cluster": ["url": .text(cluster)]]))
        }
        ecs = Array(Document.object(members).compactJSON.utf8)
    }
}
