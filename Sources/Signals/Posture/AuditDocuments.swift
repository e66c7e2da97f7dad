internal import Deployments
package import Posture
internal import Sigma

/// Tells a report as one document, for machines.
package enum AuditDocuments {
    /// Everything there is in it as JSON, which a later audit takes as its baseline.
    package static func json(_ report: AuditReport, version: String) -> String {
        let scores = report.scores.map { score -> Document in
            [
                "mitigation": .text(score.mitigation.rawValue), "title": .text(score.mitigation.title),
                "percent": score.percent.map { .integer(Int64($0)) } ?? .null,
                "pass": .integer(Int64(score.passed)), "warn": .integer(Int64(score.warned)),
                "fail": .integer(Int64(score.failed)), "unknown": .integer(Int64(score.unknown)),
                "na": .integer(Int64(score.notApplicable)),
            ]
        }
        let document: Document = [
            "tidewaiter": .text(version), "@timestamp": .text(timestamp(report)),
            "host": report.host.map { .text($0) } ?? .null, "cluster": report.cluster.map { .text($0) } ?? .null,
            "technique": "T1610", "scores": .list(scores), "checks": .list(report.entries.map(check)),
            "gone": .list(report.gone.map { ["check": .text($0.check), "subject": .text($0.subject)] }),
            "remarks": .list(report.remarks.map { .text($0) }),
        ]
        return document.json + "\n"
    }

    /// A check as a line of JSON.
    package static func line(of check: Check) -> String {
        let document: Document = [
            "id": .text(check.id), "title": .text(check.title), "mitigation": .text(check.mitigation.rawValue),
            "level": .text(check.level.rawValue), "reads": .text(check.reads), "passes": .text(check.passes),
            "remedy": .text(check.remedy), "references": .list(check.references.map { .text($0) }),
        ]
        return document.compactJSON
    }

    private static func check(_ entry: AuditReport.Entry) -> Document {
        [
            "id": .text(entry.check.id), "title": .text(entry.check.title),
            "mitigation": .text(entry.check.mitigation.rawValue), "level": .text(entry.check.level.rawValue),
            "outcome": .text(entry.outcome.rawValue), "reads": .text(entry.check.reads),
            "passes": .text(entry.check.passes), "remedy": .text(entry.check.remedy),
            "references": .list(entry.check.references.map { .text($0) }),
            "results": .list(entry.results.map(result)), "fixes": .list(entry.fixes.map { .text($0.title) }),
        ]
    }

    private static func result(_ judged: AuditReport.JudgedResult) -> Document {
        var members: [Document.Member] = [
            .init("outcome", .text(judged.result.outcome.rawValue)), .init("subject", .text(judged.result.subject)),
            .init("reason", .text(judged.result.reason)),
            .init("evidence", .list(judged.result.evidence.map { .text($0) })),
        ]
        if let exception = judged.exception {
            members.append(
                .init("exception", ["reason": .text(exception.reason), "expires": .text(exception.expires)])
            )
        }
        if let isNew = judged.isNew { members.append(.init("new", .bool(isNew))) }
        return .object(members)
    }

    static func timestamp(_ report: AuditReport) -> String {
        Timestamp(seconds: report.time)?.description ?? ""
    }

    /// As SARIF 2.1.0: a result for each failing or undecided answer, passed ones left out.
    package static func sarif(_ report: AuditReport, version: String) -> String {
        let rules = report.entries.map { entry -> Document in
            [
                "id": .text(entry.check.id), "name": .text(entry.check.id.filter { $0 != "-" }),
                "shortDescription": ["text": .text(entry.check.title)],
                "fullDescription": ["text": .text("Passes when \(entry.check.passes).")],
                "help": ["text": .text(entry.check.remedy)],
                "properties": [
                    "security-severity": .text(SARIFResult.severity(entry.check.level.rawValue)),
                    "tags": ["security", "T1610", .text(entry.check.mitigation.rawValue)],
                ],
            ]
        }
        let results = report.entries.enumerated().flatMap { index, entry in
            entry.results.compactMap { sarifResult($0, entry, index) }
        }
        let driver: Document = [
            "name": "Tidewaiter", "version": .text(version),
            "informationUri": "https://attack.mitre.org/techniques/T1610/",
            "rules": .list(rules),
        ]
        let document: Document = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [["tool": ["driver": driver], "results": .list(results)]],
        ]
        return document.json + "\n"
    }

    private static func sarifResult(_ judged: AuditReport.JudgedResult, _ entry: AuditReport.Entry, _ index: Int)
        -> Document?
    {
        let kind: String
        switch judged.result.outcome {
        case .pass, .notApplicable: return nil
        case .fail: kind = "fail"
        case .warn: kind = "review"
        case .unknown: kind = "open"
        }
        let subject = judged.result.subject
        let evidence = judged.result.evidence.map { "\n\($0)" }.joined()
        var members: [Document.Member] = [
            .init("ruleId", .text(entry.check.id)), .init("ruleIndex", .integer(Int64(index))),
            .init("kind", .text(kind)),
            .init("level", .text(kind == "fail" ? SARIFResult.level(entry.check.level.rawValue) : "none")),
            .init(
                "message",
                ["text": .text("\(subject.isEmpty ? "" : "\(subject): ")\(judged.result.reason)\(evidence)")]
            ),
            .init(
                "locations",
                [["logicalLocations": [["fullyQualifiedName": .text(subject.isEmpty ? entry.check.id : subject)]]]]
            ),
            .init("partialFingerprints", ["checkAndSubject/v1": .text("\(entry.check.id):\(subject)")]),
        ]
        if let exception = judged.exception {
            members.append(.init("suppressions", [["kind": "external", "justification": .text(exception.reason)]]))
        }
        if let isNew = judged.isNew { members.append(.init("baselineState", .text(isNew ? "new" : "unchanged"))) }
        return .object(members)
    }
}
