package import Posture
internal import Sigma

/// Tells a report as one page of HTML that needs nothing else, and runs nothing.
package enum AuditHTML {
    package static func text(_ report: AuditReport) -> String {
        let place = [report.host, report.cluster].compactMap { $0 }.map(Markup.escape).joined(separator: ", ")
        let scores = report.scores.map(score).joined(separator: "\n")
        let sections = Mitigation.allCases.map { mitigation in
            section(mitigation, report.entries.filter { $0.check.mitigation == mitigation })
        }
        let remarks =
            report.remarks.isEmpty ? "" : "<ul>\(report.remarks.map { "<li>\(Markup.escape($0))</li>" }.joined())</ul>"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Audit of \(place)</title>
            <style>\(style)</style>
            </head>
            <body>
            <h1>Deploy Container (T1610): are the mitigations in place?</h1>
            <p>\(place), \(AuditDocuments.timestamp(report))</p>
            <table class="scores">
            <thead><tr><th scope="col">mitigation</th><th scope="col">in place</th><th scope="col">pass</th>\
            <th scope="col">warn</th><th scope="col">fail</th><th scope="col">unknown</th>\
            <th scope="col">not applicable</th></tr></thead>
            <tbody>
            \(scores)
            </tbody>
            </table>
            \(remarks)
            \(sections.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static func score(_ score: MitigationScore) -> String {
        let percent = score.percent.map { "\($0) %" } ?? "nothing applies"
        let counts = [score.passed, score.warned, score.failed, score.unknown, score.notApplicable]
        let title = Markup.escape(score.mitigation.title)
        return
            "<tr><th scope=\"row\"><a href=\"#\(score.mitigation.rawValue)\">\(score.mitigation.rawValue) \(title)</a></th>"
            + "<td>\(percent)</td>\(counts.map { "<td>\($0)</td>" }.joined())</tr>"
    }

    private static func section(_ mitigation: Mitigation, _ entries: [AuditReport.Entry]) -> String {
        let order = entries.sorted { left, right in
            (left.outcome.urgency, right.check.level, left.check.id) < (
                right.outcome.urgency, left.check.level, right.check.id
            )
        }
        let title = Markup.escape("\(mitigation.rawValue) \(mitigation.title)")
        return "<h2 id=\"\(mitigation.rawValue)\">\(title)</h2>\n" + order.map(article).joined(separator: "\n")
    }

    private static func article(_ entry: AuditReport.Entry) -> String {
        let answers = entry.results.map { judged in
            let subject = judged.result.subject.isEmpty ? "" : "<b>\(Markup.escape(judged.result.subject))</b>: "
            let evidence =
                judged.result.evidence.isEmpty
                ? "" : "<pre>\(judged.result.evidence.map(Markup.escape).joined(separator: "\n"))</pre>"
            let exception = judged.exception.map {
                " <i>(accepted until \(Markup.escape($0.expires)): \(Markup.escape($0.reason))</i>)"
            }
            let word = judged.result.outcome.word
            return "<li>\(word): \(subject)\(Markup.escape(judged.result.reason))\(exception ?? "")\(evidence)</li>"
        }
        let isOpen = entry.outcome == .fail ? " open" : ""
        let fixes = entry.fixes.map { "<li>\(Markup.escape($0.title))</li>" }.joined()
        return """
            <details\(isOpen)>
            <summary><span class="\(entry.outcome.rawValue)">\(entry.outcome.word)</span> \(entry.check.level.rawValue) \
            <code>\(entry.check.id)</code> \(Markup.escape(entry.check.title))</summary>
            <ul>\(answers.joined())</ul>
            <p>Passes when \(Markup.escape(entry.check.passes)).</p>
            <p>Remedy: \(Markup.escape(entry.check.remedy))</p>
            \(fixes.isEmpty ? "" : "<ul>\(fixes)</ul>")
            <p class="references">\(Markup.escape(entry.check.references.joined(separator: ", ")))</p>
            </details>
            """
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
        table{border-collapse:collapse}th,td{padding:.3rem .8rem;border-bottom:1px solid #ccc;text-align:left}\
        details{border-bottom:1px solid #ddd;padding:.4rem 0}summary{cursor:pointer}\
        pre{background:#f3f3f3;padding:.5rem;overflow:auto;white-space:pre-wrap}\
        summary span{display:inline-block;min-width:5.5rem;font-weight:700}\
        .fail{color:#a40000}.warn,.unknown{color:#7a4b00}.pass{color:#005a1e}.na,.references{color:#595959}
        """
}

extension CheckResult.Outcome {
    /// As people read it.
    package var word: String { self == .notApplicable ? "n/a" : rawValue.uppercased() }

    /// The most urgent first.
    var urgency: Int {
        switch self {
        case .fail: 0
        case .unknown: 1
        case .warn: 2
        case .pass: 3
        case .notApplicable: 4
        }
    }
}
