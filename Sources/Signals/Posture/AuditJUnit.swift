package import Posture
internal import Sigma

/// Tells a report as JUnit XML, which build servers show as tests: a suite for each mitigation, a case for each check.
///
/// Source of the form: the schema of Apache Ant's JUnit task, which all of them read.
package enum AuditJUnit {
    package static func text(_ report: AuditReport) -> String {
        let suites = Mitigation.allCases.map { mitigation in
            suite(mitigation, report.entries.filter { $0.check.mitigation == mitigation }, report)
        }
        let failures = report.count(.fail)
        let errors = report.count(.unknown)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="tidewaiter audit" tests="\(report.entries.count)" failures="\(failures)" errors="\(errors)">
            \(suites.joined(separator: "\n"))
            </testsuites>

            """
    }

    private static func suite(_ mitigation: Mitigation, _ entries: [AuditReport.Entry], _ report: AuditReport) -> String
    {
        func count(_ outcome: CheckResult.Outcome) -> Int { entries.filter { $0.outcome == outcome }.count }
        let cases = entries.map(testCase)
        return """
              <testsuite name="\(mitigation.rawValue) \(Markup.escape(mitigation.title))" tests="\(entries.count)" \
            failures="\(count(.fail))" errors="\(count(.unknown))" skipped="\(count(.notApplicable))" \
            timestamp="\(AuditDocuments.timestamp(report))">
            \(cases.joined(separator: "\n"))
              </testsuite>
            """
    }

    private static func testCase(_ entry: AuditReport.Entry) -> String {
        let name = Markup.escape("\(entry.check.id) \(entry.check.title)")
        let start = "    <testcase classname=\"\(entry.check.mitigation.rawValue)\" name=\"\(name)\""
        let answers = entry.results.filter { $0.outcome == entry.outcome }.map(\.result)
        let text = answers.map { result in
            ([result.subject.isEmpty ? result.reason : "\(result.subject): \(result.reason)"] + result.evidence)
                .map(Markup.escape).joined(separator: "\n")
        }.joined(separator: "\n")
        let message = Markup.escape(answers.first?.reason ?? "")
        switch entry.outcome {
        case .pass: return "\(start)/>"
        case .warn: return "\(start)><system-out>\(text)</system-out></testcase>"
        case .fail:
            let type = entry.check.level.rawValue
            return "\(start)><failure message=\"\(message)\" type=\"\(type)\">\(text)</failure></testcase>"
        case .unknown: return "\(start)><error message=\"\(message)\" type=\"unknown\">\(text)</error></testcase>"
        case .notApplicable: return "\(start)><skipped message=\"\(message)\"/></testcase>"
        }
    }
}
