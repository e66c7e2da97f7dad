import Deployments
import Foundation
import Judge
@testable import Signals
import Testing

@Suite struct SARIFReportTests {
    private func report(_ findings: [Finding], maximumResults: Int = 25_000) -> [UInt8] {
        var report = SARIFReport(version: "1.2.3", maximumResults: maximumResults)
        for finding in findings { report.add(finding) }
        return report.text()
    }

    @Test func `a finding is a result that points to its rule and its record`() throws {
        let finding = try Sample.findings(Sample.deployment)[1]
        #expect(
            String(decoding: report([finding]), as: UTF8.self) == """
                {"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":\
                {"name":"Tidewaiter","version":"1.2.3","rules":[{"id":"0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22",\
                "name":"Command changes the host's cron","shortDescription":{"text":"Command changes the host's cron"},\
                "defaultConfiguration":{"level":"error"},"properties":{"tags":["security","T1053.003","critical"],\
                "security-severity":"9.5"}}]}},"results":[{"ruleId":"0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22",\
                "ruleIndex":0,"level":"error","message":{"text":"Command changes the host's cron: image alpine:3.20, by \
                alice@203.0.113.7, daemonset/web in prod, container app. process.command_line = sh -c echo x >> \
                /host/etc/crontab; API_TOKEN=*** run (matches *cron*); container.image.name = \
                docker.io/library/alpine (matches */alpine)"},"locations":[{"physicalLocation":{"artifactLocation":\
                {"uri":"logs/audit.jsonl"},"region":{"byteOffset":12345}}}],"partialFingerprints":\
                {"tidewaiterFinding/v1":"\(finding.id)"}}]}]}

                """
        )
    }

    /// The properties that SARIF 2.1.0 requires, and those it lets stand only with the right type.
    struct Log: Decodable {
        var version: String
        var runs: [Run]

        struct Run: Decodable {
            var tool: Tool
            var results: [Result]
            var invocations: [Invocation]?
        }

        struct Tool: Decodable { var driver: Driver }

        struct Driver: Decodable {
            var name: String
            var rules: [Rule]
        }

        struct Rule: Decodable {
            var id: String
            var shortDescription: Message
            var help: Message?
            var helpUri: URL?
            var defaultConfiguration: Configuration
        }

        struct Configuration: Decodable { var level: Level }
        enum Level: String, Decodable { case none, note, warning, error }
        struct Message: Decodable { var text: String }

        struct Result: Decodable {
            var ruleId: String
            var ruleIndex: Int
            var level: Level
            var message: Message
            var locations: [Location]
            var partialFingerprints: [String: String]
        }

        struct Location: Decodable { var physicalLocation: PhysicalLocation }

        struct PhysicalLocation: Decodable {
            var artifactLocation: Artifact
            var region: Region
        }

        struct Artifact: Decodable { var uri: String }
        struct Region: Decodable {
            var startLine: Int?
            var byteOffset: Int
        }

        struct Invocation: Decodable {
            var executionSuccessful: Bool
            var toolExecutionNotifications: [Notification]
        }

        struct Notification: Decodable {
            var level: Level
            var message: Message
        }
    }

    @Test func `a report has what the format requires`() throws {
        let findings = try Sample.findings(Sample.deployment) + [try Sample.rawFinding()]
        let log = try JSONDecoder().decode(Log.self, from: Data(report(findings + findings)))
        #expect(log.version == "2.1.0")
        let run = try #require(log.runs.first)
        #expect(run.invocations == nil)
        #expect(run.tool.driver.rules.map(\.id) == [findings[0], findings[1], findings[2]].map(\.rule.key))
        #expect(run.tool.driver.rules.map(\.defaultConfiguration.level) == [.error, .error, .note])
        #expect(run.results.count == 8)
        for result in run.results { #expect(run.tool.driver.rules[result.ruleIndex].id == result.ruleId) }
        #expect(run.results.map(\.level) == [.error, .error, .note, .error, .error, .error, .note, .error])
        #expect(
            run.results[3].message.text
                == "Command changes the host's cron: by mallory@203.0.113.9, pods/exec web-1 in prod."
        )
    }

    @Test func `nothing found is a report, too`() throws {
        let log = try JSONDecoder().decode(Log.self, from: Data(report([])))
        #expect(log.runs.count == 1 && log.runs[0].results.isEmpty && log.runs[0].tool.driver.rules.isEmpty)
    }

    @Test func `what goes over the limit is counted and told`() throws {
        let findings = try Sample.findings(Sample.deployment)
        let log = try JSONDecoder().decode(Log.self, from: Data(report(findings, maximumResults: 2)))
        #expect(log.runs[0].results.count == 2)
        let invocation = try #require(log.runs[0].invocations?.first)
        #expect(invocation.executionSuccessful)
        #expect(
            invocation.toolExecutionNotifications.map(\.message.text)
                == ["1 more findings are left out; JSON lines have them all."]
        )
    }

    @Test func `a place has its line where that is known`() throws {
        var other = Sample.deployment
        other.log?.offset = 7
        var report = SARIFReport(version: "1")
        for deployment in [Sample.deployment, other] {
            for finding in try Sample.findings(deployment) { report.add(finding) }
        }
        report.add(try Sample.rawFinding())
        var asked: [String: [Int]] = [:]
        let text = report.text { path, offsets in
            asked[path] = offsets
            return path == "logs/audit.jsonl" ? offsets.map { $0 * 10 } : nil
        }
        #expect(asked["logs/audit.jsonl"]?.starts(with: [7, 12_345]) == true)
        let regions = try JSONDecoder().decode(Log.self, from: Data(text)).runs[0].results
            .map(\.locations[0].physicalLocation.region)
        #expect(regions.prefix(6).map(\.byteOffset) == [12_345, 12_345, 12_345, 7, 7, 7])
        #expect(regions.prefix(6).map(\.startLine) == [123_450, 123_450, 123_450, 70, 70, 70])
    }

    @Test func `a file that could not be read is told, and the run is no success`() throws {
        var report = SARIFReport(version: "1")
        report.addFailure("a.log", "permission denied")
        let run = try JSONDecoder().decode(Log.self, from: Data(report.text())).runs[0]
        let invocation = try #require(run.invocations?.first)
        #expect(!invocation.executionSuccessful)
        #expect(invocation.toolExecutionNotifications.map(\.message.text) == ["a.log: permission denied"])
        #expect(invocation.toolExecutionNotifications.map(\.level) == [.error])
    }

    @Test(arguments: [
        ("logs/a b.log", "logs/a%20b.log"), ("/var/log/x.log", "file:///var/log/x.log"), ("a:b#c?%", "a%3Ab%23c%3F%25"),
        ("é\n", "%C3%A9%0A"), ("-", "-"),
    ])
    func `a path is a URI`(_ path: String, _ uri: String) throws {
        var deployment = Sample.deployment
        deployment.log?.path = path
        let log = try JSONDecoder().decode(Log.self, from: Data(report(try Sample.findings(deployment))))
        #expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == uri)
    }
}

@Suite struct NavigatorLayerTests {
    @Test func `techniques are scored by findings, with the rules that found them`() throws {
        var layer = NavigatorLayer()
        for finding in try Sample.findings(Sample.deployment) + [try Sample.rawFinding()] { layer.add(finding) }
        #expect(
            String(decoding: layer.text(), as: UTF8.self) == """
                {"name":"Tidewaiter findings","versions":{"attack":"18","navigator":"5.2.0","layer":"4.5"},\
                "domain":"enterprise-attack","description":"Techniques in container deployments, scored by the number \
                of findings","filters":{"platforms":["Containers"]},"sorting":3,\
                "layout":{"expandedSubtechniques":"annotated"},"techniques":[\
                {"techniqueID":"T1053.003","score":2,"comment":"Command changes the host's cron","enabled":true},\
                {"techniqueID":"T1610","score":1,"comment":"Host's root mounted writable","enabled":true},\
                {"techniqueID":"T1611","score":1,"comment":"Host's root mounted writable","enabled":true}],\
                "gradient":{"colors":["#ffffff","#ffaf66","#ff4d4d"],"minValue":0,"maxValue":2}}

                """
        )
    }

    @Test func `nothing found is a layer, too, whose gradient still rises`() {
        #expect(String(decoding: NavigatorLayer().text(), as: UTF8.self).contains(#""techniques":[],"gradient":"#))
        #expect(String(decoding: NavigatorLayer().text(), as: UTF8.self).contains(#""minValue":0,"maxValue":1"#))
    }

    @Test func `levels are in order`() {
        #expect(LevelRank.names.map(LevelRank.rank) == [0, 1, 2, 3, 4])
        #expect(LevelRank.rank("severe") == -1)
    }
}
