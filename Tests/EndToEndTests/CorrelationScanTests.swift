import Foundation
import Testing

/// Correlations of one's own over what `scan` finds.
@Suite struct CorrelationScanTests {
    private static let rules = """
        title: Pod made
        id: 0f7a7a51-0d6b-4f0e-9c53-7f7f6f0a0001
        name: pod_made
        logsource: {category: container_deployment}
        detection: {pod: {event.action: pod-create}, condition: pod}
        level: low
        ---
        title: Pod asked for in the raw log
        name: pod_asked
        logsource: {product: kubernetes, service: audit}
        detection: {pod: {verb: create, objectRef.resource: pods}, condition: pod}
        level: low
        ---
        title: Many pods by one user
        id: 0f7a7a51-0d6b-4f0e-9c53-7f7f6f0a0002
        name: many
        tags: [attack.t1610]
        correlation:
            type: event_count
            rules: [pod_made]
            group-by: [user.name]
            timespan: 10m
            condition: {gte: 3}
        level: high
        ---
        title: Many names by one raw user
        correlation:
            type: value_count
            rules: [pod_asked]
            group-by: [user.username]
            timespan: 1h
            condition: {gte: 3, field: auditID}
        level: medium
        """

    private func scan(_ rules: String, _ arguments: [String]) throws -> Binary.Result {
        let folder = try Folder()
        let file = try folder.write(rules, as: "rules.yml")
        return try Binary.run(["scan", "--no-built-in-rules", "--rules", file] + arguments)
    }

    private func value(_ object: [String: Any], _ path: String) -> Any? {
        var value: Any? = object
        for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
        return value
    }

    /// Four pods, minutes apart, in two files of which the later one is read first.
    private func logs(_ folder: Folder) throws -> [String] {
        let pods = ["10:04", "10:00", "10:02", "11:00"].map { time in
            Sample.audit(id: "at-\(time)", time: "2026-11-24T\(time):00Z")
        }
        return [
            try folder.write(pods[0] + pods[3], as: "a.log"), try folder.write(pods[1] + pods[2], as: "b.log"),
        ]
    }

    @Test func `what several records mean together is told once, with its events, and they are not`() throws {
        let folder = try Folder()
        let logs = try logs(folder)
        let result = try scan(Self.rules, ["--format", "json"] + logs)
        #expect(result.status == 0, "\(result.errors)")
        let findings = try result.objects
        let titles = findings.map { value($0, "rule.name") as? String }
        #expect(titles == ["Many pods by one user", "Many names by one raw user"])
        let finding = try #require(findings.first)
        #expect(value(finding, "rule.id") as? String == "0f7a7a51-0d6b-4f0e-9c53-7f7f6f0a0002")
        #expect(value(finding, "rule.level") as? String == "high")
        #expect(value(finding, "@timestamp") as? String == "2026-11-24T10:04:00.000000Z")
        #expect(value(finding, "tidewaiter.reasons") as? [String] == ["user.name = mallory"])
        #expect(value(finding, "tidewaiter.correlation.event.count") as? Int == 3)
        let second = Sample.audit(id: "at-10:00", time: "2026-11-24T10:00:00Z").utf8.count
        #expect(
            value(finding, "tidewaiter.correlation.event.place") as? [String]
                == ["\(logs[1]):0", "\(logs[1]):\(second)", "\(logs[0]):0"]
        )
        #expect((value(finding, "tidewaiter.correlation.event.finding_id") as? [String])?.count == 3)
        #expect(result.errors.contains("4 deployments, 0 flagged and 2 correlations: 1 high, 1 medium."))
        // The same, whichever file is read first.
        let again = try scan(Self.rules, ["--format", "json"] + logs.reversed()).objects
        #expect(
            again.map { value($0, "tidewaiter.finding.id") as? String }
                == findings.map { value($0, "tidewaiter.finding.id") as? String }
        )
    }

    @Test func `with generate the rules raise findings, too, and ids name them`() throws {
        let folder = try Folder()
        let rules = Self.rules.replacing("timespan: 10m", with: "timespan: 10m\n    generate: true")
        let findings = try scan(rules, ["--format", "json"] + logs(folder)).objects
        #expect(findings.count == 4 + 2)
        let correlation = try #require(findings.first { value($0, "rule.name") as? String == "Many pods by one user" })
        let named = value(correlation, "tidewaiter.correlation.event.finding_id") as? [String] ?? []
        #expect(Set(findings.compactMap { value($0, "tidewaiter.finding.id") as? String }).isSuperset(of: named))
    }

    @Test func `a level leaves the rules below a correlation in, and untold`() throws {
        let folder = try Folder()
        let rules = Self.rules.replacing("timespan: 10m", with: "timespan: 10m\n    generate: true")
        let findings = try scan(rules, ["--level", "high", "--format", "json"] + logs(folder)).objects
        #expect(findings.map { value($0, "rule.name") as? String } == ["Many pods by one user"])
        let failing = try scan(rules, ["--fail-on", "high"] + logs(folder))
        #expect(failing.status == 3)
        #expect(try scan(rules, ["--fail-on", "critical"] + logs(folder)).status == 0)
    }

    @Test func `a table and a report tell the events, too`() throws {
        let folder = try Folder()
        let logs = try logs(folder)
        let table = try scan(Self.rules, logs).output
        #expect(table.contains("2026-11-24 10:04:00  3 events within 10m"))
        #expect(table.contains("2026-11-24 10:00:00  Pod made  \(logs[1]):0"))
        let sarif = try scan(Self.rules, ["--format", "sarif"] + logs).output
        #expect(sarif.contains("Many pods by one user: 3 events within 10m. user.name = mallory"))
        #expect(sarif.contains("\"byteOffset\":0"))
    }

    @Test func `a correlation that names no rule stops the scan, with its place`() throws {
        let rules = Self.rules.replacing("rules: [pod_made]", with: "rules: [pod_maid]")
        let result = try scan(rules, ["-"])
        #expect(result.status == 1)
        #expect(result.errors.contains("rules.yml:20:13: error: there is no rule 'pod_maid'"))
    }
    @Test func `lint counts correlations, and says what they name in vain`() throws {
        let folder = try Folder()
        let good = try Binary.run(["rules", "lint", folder.write(Self.rules, as: "rules.yml")])
        #expect(good.status == 0)
        #expect(good.output.contains("2 rules and 0 filters and 2 correlations: 0 errors"))
        let bad = try folder.write(Self.rules.replacing("[pod_asked]", with: "[many_names]"), as: "bad.yml")
        let result = try Binary.run(["rules", "lint", bad])
        #expect(result.status == 1)
        #expect(result.output.contains("bad.yml:29:13: error: there is no rule 'many_names'"))
    }
}
