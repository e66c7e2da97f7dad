package import Judge
internal import Sigma

/// Tells findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for pipelines and code hosts.
///
/// A report is one document, so it is gathered: some hundred bytes a finding, up to ``maximumResults``. What goes over
/// is counted and told in the report; lines of JSON have no such end.
package struct SARIFReport {
    private let version: String
    private let maximumResults: Int
    private var rules: [Rule] = []
    private var places: [String: Int] = [:]
    /// The results, written out, with commas between.
    private var results = JSONWriter()
    private var count = 0

    /// - Parameters:
    ///   - version: the program's own version.
    ///   - maximumResults: how many findings are told in full; code hosts take no more than 25,000.
    package init(version: String, maximumResults: Int = 25_000) {
        self.version = version
        self.maximumResults = maximumResults
    }

    package mutating func add(_ finding: Finding) {
        count += 1
        guard count <= maximumResults else { return }
        let key = finding.rule.key
        if places[key] == nil {
            places[key] = rules.count
            rules.append(finding.rule)
        }
        SARIFResult.write(finding, ruleIndex: places[key] ?? 0, to: &results)
    }

    /// The whole report.
    package func text() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { root in
            root.pair("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            root.pair("version", "2.1.0")
            root.key("runs")
            root.array { runs in runs.object { write(&$0) } }
        }
        writer.newline()
        return writer.bytes
    }

    private func write(_ run: inout JSONWriter) {
        run.key("tool")
        run.object { tool in
            tool.key("driver")
            tool.object { driver in
                driver.pair("name", "Tidewaiter")
                driver.pair("version", version)
                driver.key("rules")
                driver.array { list in for rule in rules { SARIFResult.write(rule, to: &list) } }
            }
        }
        if count > maximumResults {
            run.key("invocations")
            run.array { $0.object { writeInvocation(&$0) } }
        }
        run.key("results")
        run.array { $0.append(results) }
    }

    private func writeInvocation(_ invocation: inout JSONWriter) {
        invocation.key("executionSuccessful")
        invocation.value(true)
        invocation.key("toolExecutionNotifications")
        invocation.array { notifications in
            notifications.object { notification in
                notification.pair("level", "warning")
                notification.key("message")
                let left = count - maximumResults
                notification.object {
                    $0.pair("text", "\(left) more findings are left out; JSON lines have them all.")
                }
            }
        }
    }
}
