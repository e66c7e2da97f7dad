internal import Deployments
package import Judge
internal import Sigma

/// Tells findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for pipelines and code hosts.
///
/// A report is one document, so it is gathered: some hundred bytes a finding, up to ``maximumResults``. What goes over
/// is counted and told in the report; lines of JSON have no such end.
package struct SARIFReport {
    private let version: String
    private let maximumResults: Int
    private var rules: [FindingRule] = []
    private var ruleIndices: [String: Int] = [:]
    /// The results, written out, with commas between.
    private var results = JSONWriter()
    private var regions: [Region] = []
    private var count = 0
    private var failures: [String] = []

    /// Where in the results a region begins whose line is not known before the end.
    private struct Region {
        var start: Int
        var place: ContainerDeployment.LogPosition
    }

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
        let index = ruleIndices[key] ?? rules.count
        if index == rules.count {
            ruleIndices[key] = index
            rules.append(finding.rule)
        }
        let start = SARIFResult.write(finding, ruleIndex: index, to: &results)
        if let start, let place = finding.place { regions.append(Region(start: start, place: place)) }
    }

    /// A file could not be read, or not to its end.
    package mutating func addFailure(_ path: String, _ reason: String) {
        failures.append("\(path): \(reason)")
    }

    /// The whole report.
    ///
    /// - Parameter lines: the lines of byte offsets, which rise, in the file at a path; nil where they cannot be told.
    ///   Code hosts show a finding by its line, logs are found by the byte.
    package func text(lines: (_ path: String, _ offsets: [Int]) -> [Int]? = { _, _ in nil }) -> [UInt8] {
        let results = results(known(lines))
        var writer = JSONWriter()
        writer.object { root in
            root.pair("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            root.pair("version", "2.1.0")
            root.key("runs")
            root.array { runs in runs.object { write(&$0, results) } }
        }
        writer.newline()
        return writer.bytes
    }

    /// The lines that are known, by file and byte offset.
    private func known(_ lines: (String, [Int]) -> [Int]?) -> [String: [Int: Int]] {
        Dictionary(grouping: regions.map(\.place), by: \.path).mapValues { places in
            let offsets = Set(places.map(\.offset)).sorted()
            let found = lines(places[0].path, offsets) ?? []
            return Dictionary(uniqueKeysWithValues: zip(offsets, found))
        }
    }

    /// The results with the lines that are known.
    private func results(_ lines: [String: [Int: Int]]) -> [UInt8] {
        var text: [UInt8] = []
        var end = 0
        for region in regions {
            guard let line = lines[region.place.path]?[region.place.offset] else { continue }
            text += results.bytes[end..<region.start]
            text += "\"startLine\":\(line),".utf8
            end = region.start
        }
        return text + results.bytes[end...]
    }

    private func write(_ run: inout JSONWriter, _ results: [UInt8]) {
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
        if count > maximumResults || !failures.isEmpty {
            run.key("invocations")
            run.array { $0.object { writeInvocation(&$0) } }
        }
        run.key("results")
        run.array { $0.append(results) }
    }

    private func writeInvocation(_ invocation: inout JSONWriter) {
        invocation.key("executionSuccessful")
        invocation.value(failures.isEmpty)
        invocation.key("toolExecutionNotifications")
        invocation.array { notifications in
            for failure in failures { Self.write("error", failure, to: &notifications) }
            guard count > maximumResults else { return }
            let left = count - maximumResults
            Self.write("warning", "\(left) more findings are left out; JSON lines have them all.", to: &notifications)
        }
    }

    private static func write(_ level: String, _ text: String, to notifications: inout JSONWriter) {
        notifications.object { notification in
            notification.pair("level", level)
            notification.key("message")
            notification.object { $0.pair("text", text) }
        }
    }
}
