package import Posture
internal import Sigma

/// Tells a report on a terminal: by mitigation, its score first, then what fails, the worst first.
package struct AuditTable {
    private let isColored: Bool
    private let tellsAll: Bool

    /// Of one check no more answers are told, unless all are.
    private static let maximumAnswers = 8
    private static let maximumEvidence = 4

    /// - Parameter tellsAll: whether what passes and what does not apply is told, too, and every answer.
    package init(isColored: Bool, tellsAll: Bool = false) {
        self.isColored = isColored
        self.tellsAll = tellsAll
    }

    package func text(_ report: AuditReport) -> String {
        var text = ""
        // Of a choice of checks those mitigations are told that it is of.
        for score in report.scores where report.entries.contains(where: { $0.check.mitigation == score.mitigation }) {
            text += heading(score)
            let entries = report.entries.filter { $0.check.mitigation == score.mitigation && isTold($0) }
            let order = entries.sorted { left, right in
                (left.outcome.urgency, right.check.level, left.check.id)
                    < (right.outcome.urgency, left.check.level, right.check.id)
            }
            text += order.map(lines).joined() + "\n"
        }
        if !report.gone.isEmpty {
            text += "No longer found since the earlier report:\n"
            text += report.gone.map { "  \($0.check)  \(VisibleText.escape($0.subject))\n" }.joined() + "\n"
        }
        text += report.remarks.map { "\(VisibleText.escape($0))\n" }.joined()
        return text
    }

    /// In a sentence: how many fail, how bad the worst is, and how many could not be made.
    package func summary(_ report: AuditReport) -> String {
        let applying = report.entries.filter { $0.outcome != .notApplicable }.count
        let worst = report.worstFailure().map { ", the worst is \($0.rawValue)" } ?? ""
        let unknown = report.count(.unknown)
        let missing = unknown == 0 ? "" : "; \(unknown) could not be made"
        return "\(report.count(.fail)) of \(applying) checks that apply fail\(worst)\(missing).\n"
    }

    private func isTold(_ entry: AuditReport.Entry) -> Bool {
        tellsAll || entry.outcome == .fail || entry.outcome == .warn || entry.outcome == .unknown
    }

    private func heading(_ score: MitigationScore) -> String {
        let name = "\(score.mitigation.rawValue) \(score.mitigation.title)"
        let percent = score.percent.map { "\($0) % in place" } ?? "nothing applies"
        let counts = [
            (score.passed, "pass"), (score.failed, "fail"), (score.warned, "warn"), (score.unknown, "unknown"),
            (score.notApplicable, "not applicable"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return styled(name, "1") + "  \(percent)" + (words.isEmpty ? "" : "  (\(words))") + "\n"
    }

    private func lines(_ entry: AuditReport.Entry) -> String {
        let word = entry.outcome.word.padding(8)
        let level = entry.check.level.rawValue.padding(9)
        var text = "  \(styled(word, color(entry)))\(level)\(entry.check.id.padding(13)) \(entry.check.title)\n"
        let told = entry.results.filter { tellsAll || $0.outcome != .pass && $0.outcome != .notApplicable }
            .sorted { ($0.outcome.urgency, $0.result.subject) < ($1.outcome.urgency, $1.result.subject) }
        let shown = tellsAll ? told : Array(told.prefix(Self.maximumAnswers))
        for judged in shown { text += answer(judged) }
        if shown.count < told.count { text += "          and \(told.count - shown.count) more; --all tells them\n" }
        if entry.outcome == .fail || entry.outcome == .warn {
            text += "          \(styled("remedy", "2")) \(VisibleText.escape(entry.check.remedy))\n"
        }
        return text
    }

    private func answer(_ judged: AuditReport.JudgedResult) -> String {
        let result = judged.result
        let subject = result.subject.isEmpty ? "" : "\(VisibleText.escape(result.subject)): "
        let new = judged.isNew == true ? styled("new ", "1") : ""
        var text = "          \(new)\(subject)\(VisibleText.escape(result.reason))\n"
        if let exception = judged.exception {
            text += "            accepted until \(exception.expires): \(VisibleText.escape(exception.reason))\n"
        }
        let evidence = tellsAll ? result.evidence : Array(result.evidence.prefix(Self.maximumEvidence))
        for line in evidence { text += "            \(styled(VisibleText.escape(line), "2"))\n" }
        if evidence.count < result.evidence.count { text += "            …\n" }
        return text
    }

    private func color(_ entry: AuditReport.Entry) -> String {
        switch entry.outcome {
        case .fail: entry.check.level >= .high ? "1;31" : "31"
        case .warn, .unknown: "33"
        case .pass: "32"
        case .notApplicable: "2"
        }
    }

    private func styled(_ text: String, _ code: String) -> String {
        isColored ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

extension String {
    /// The text with blanks behind it, up to a width in characters.
    fileprivate func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }
}
