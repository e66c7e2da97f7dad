import Foundation
import Testing

/// `scan` on logs of requests: found by their content, or read by a format of one's own.
@Suite struct AccessLogScanTests {
    private static let deployment =
        #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1.41/containers/create?name=web HTTP/1.1" 201 20 "-" "curl/8""#
    private static let ordinary =
        #"192.0.2.1 - ann [23/Nov/2026:23:42:42 +0000] "GET /v1.41/containers/json HTTP/1.1" 200 20 "-" "curl/8""#

    private func value(_ object: [String: Any], _ path: String) -> String? {
        var value: Any? = object
        for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
        return value.map { "\($0)" }
    }

    private func told(_ log: String, _ arguments: [String]) throws -> [[String: Any]] {
        let input = [UInt8]((Self.ordinary + "\n" + log + "\n").utf8)
        let result = try Binary.run(
            ["scan", "--deployments", "--no-built-in-rules", "--format", "json", "-q", "-"] + arguments,
            input: input
        )
        #expect(result.status == 0)
        return try result.objects
    }

    @Test(arguments: [
        [], ["--input", "access-log"], ["--input", "container-log"], ["--access-log-format", "combined"],
    ])
    func `a deployment that a proxy logged is told as ECS`(arguments: [String]) throws {
        let found = try told(Self.deployment, arguments)
        #expect(found.count == 1)
        let one = try #require(found.first)
        #expect(value(one, "event.dataset") == "nginx.access")
        #expect(value(one, "event.action") == "container-create")
        #expect(value(one, "http.request.method") == "POST")
        #expect(value(one, "http.response.status_code") == "201")
        #expect(value(one, "url.path") == "/v1.41/containers/create")
        #expect(value(one, "source.ip") == "192.0.2.1")
        #expect(value(one, "user.name") == "ann")
        #expect(value(one, "user_agent.original") == "curl/8")
        #expect(value(one, "container.name") == "web")
    }

    @Test func `a format of one's own is read`() throws {
        let folder = try Folder()
        let log = try folder.write(
            #"t=2026-11-23T23:42:43Z host=docker.example.test "POST /containers/create" 403"# + "\n",
            as: "log"
        )
        let format = #"nginx:t=$time_iso8601 host=$host "$request_method $request_uri" $status"#
        let result = try Binary.run([
            "scan", "--deployments", "--no-built-in-rules", "--format", "json", "-q", "--access-log-format", format,
            log,
        ])
        let one = try #require(try result.objects.first)
        #expect(value(one, "url.domain") == "docker.example.test")
        #expect(value(one, "event.outcome") == "failure")
    }

    @Test func `a format that is wrong is told with its place and what to write`() throws {
        let result = try Binary.run(["scan", "--access-log-format", "nginx:$status", "-"])
        #expect(result.status != 0)
        #expect(result.errors.contains("the format shows no request (byte 13)"))
        #expect(result.errors.contains("$request"))
        let other = try Binary.run(["scan", "--access-log-format", "combined", "--input", "docker-log", "-"])
        #expect(other.status != 0)
    }

    @Test func `lines that cannot be read cost only themselves, and few are told`() throws {
        let lines = Array(repeating: "nonsense", count: 50) + [Self.deployment]
        let result = try Binary.run(
            ["scan", "--input", "access-log", "--deployments", "--no-built-in-rules", "--format", "json", "-q", "-"],
            input: [UInt8](lines.joined(separator: "\n").utf8)
        )
        #expect(try result.objects.count == 1)
        #expect(result.errors.contains("and 30 more records"))
    }

    @Test(arguments: [("webserver", "cs-uri-query", "cs-user-agent"), ("proxy", "c-uri-query", "c-useragent")])
    func `rules on web servers' and proxies' logs are held against each line`(
        category: String,
        query: String,
        agent: String
    ) throws {
        let folder = try Folder()
        let rule = try folder.write(
            """
            title: Injection Tried
            id: 7d2f6a51-0d6b-4f0e-9c53-7f7f6f0a1611
            logsource: {category: \(category)}
            detection:
                tried:
                    cs-method: GET
                    \(query)|contains: union%20select
                    \(agent)|startswith: sqlmap
                    sc-status: 200
                condition: tried
            level: high
            """,
            as: "rule.yml"
        )
        let line =
            #"192.0.2.9 - - [23/Nov/2026:23:42:44 +0000] "GET /shop?id=1%20union%20select HTTP/1.1" 200 2 "-" "sqlmap/1""#
        let log = try folder.write("\(Self.ordinary)\n\(line)\n\(Self.deployment)\n", as: "log")
        let result = try Binary.run([
            "scan", "--no-built-in-rules", "--rules", rule, "--format", "json", "--with-original", "-q", log,
        ])
        #expect(result.status == 0, "\(result.errors)")
        let found = try result.objects
        #expect(found.map { value($0, "rule.name") } == ["Injection Tried"])
        let one = try #require(found.first)
        #expect(value(one, "source.ip") == "192.0.2.9")
        #expect(value(one, "event.original") == line)
    }

    @Test func `enumeration before a container is seen in a proxy's log`() throws {
        let lines = [
            Self.ordinary, Self.deployment,
            #"192.0.2.1 - ann [23/Nov/2026:23:42:45 +0000] "POST /v1.41/containers/web/exec HTTP/1.1" 201 2 "-" "curl/8""#,
        ].map { $0.replacing(" ann ", with: " - ") }
        let result = try Binary.run(
            ["scan", "--format", "json", "-q", "--level", "high", "-"],
            input: [UInt8](lines.joined(separator: "\n").utf8)
        )
        let told = try result.objects.map { value($0, "rule.name") }
        #expect(told.contains("Engine Looked Over, Container Created And Entered Without Login"))
    }
}
