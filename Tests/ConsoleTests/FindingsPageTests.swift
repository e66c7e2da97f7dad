import Deployments
import Ledger
import Testing

@Suite struct FindingsPageTests {
    private static func batch(_ findings: [FindingEntry]) -> LedgerBatch {
        var batch = LedgerBatch()
        batch.findings = findings
        return batch
    }

    /// The addresses of the findings of a list, in its order.
    private static func listed(in page: TestConsole.Reply) -> [String] {
        page.text.matches(of: #/<li><span class="level [a-z]+">[a-z]+</span> <a href="/findings/([^"]*)">/#).map {
            String($0.1)
        }
    }

    @Test func `findings are listed, the newest first, by what the address asks for`() async throws {
        let findings: [FindingEntry] = [
            .sample("f1", level: "low", minutesAgo: 3), .sample("f2", level: "high", minutesAgo: 120),
            .sample("f3", title: "Host's Root", level: "critical", minutesAgo: 1),
        ]
        try await TestConsole.serving(Self.batch(findings)) { console in
            let wanted: [(String, [String])] = [
                ("/findings", ["f3", "f1", "f2"]),
                ("/findings?level=high", ["f3", "f2"]),
                ("/findings?since=1h", ["f3", "f1"]),
                ("/findings?rule=host%27s+root", ["f3"]),
                ("/findings?state=closed&state=acknowledged", []),
                ("/findings?where=rule.level%3Dlow", ["f1"]),
            ]
            for (path, ids) in wanted {
                let page = try await console.get(path)
                #expect(Self.listed(in: page) == ids, "\(path)")
            }
        }
    }

    @Test(arguments: [
        ("level=dire", "level: &#39;dire&#39; is not one of informational, low, medium, high, critical"),
        ("state=gone", "state: &#39;gone&#39; is none of open, acknowledged, closed"),
        (
            "since=yesterday",
            "since: &#39;yesterday&#39; is not a time such as 2026-11-25T10:00:00Z, a day, or how long ago: 30m, 24h, 7d"
        ),
        ("where=user.name%3D", "where: column"),
        ("after=x", "after: &#39;x&#39; is not a place that a list gave"),
        ("limit=501", "limit: &#39;501&#39; is not a number from 1 to 500"),
    ])
    func `a wrong query is told with the field that is wrong`(query: String, message: String) async throws {
        try await TestConsole.serving { console in
            let page = try await console.get("/findings?\(query)")
            #expect(page.status == 400)
            #expect(page.text.contains(message))
        }
    }

    @Test func `pages follow each other without missing or repeating a finding`() async throws {
        // Half of them at the same moment.
        let findings = (1...23).map { FindingEntry.sample("f\($0)", minutesAgo: Int64($0 / 2 + 1)) }
        try await TestConsole.serving(Self.batch(findings)) { console in
            var seen: [String] = []
            var path = "/findings?limit=5"
            for _ in 1...5 {
                let page = try await console.get(path)
                seen += Self.listed(in: page)
                guard let next = page.text.firstMatch(of: #/<a href="([^"]*)" rel="next">/#) else { break }
                path = String(next.1).replacing("&amp;", with: "&")
            }
            #expect(seen.count == 23)
            #expect(Set(seen) == Set(findings.map(\.id)))
        }
    }

    @Test func `two deployments are compared field by field, what differs first`() async throws {
        var batch = LedgerBatch()
        batch.deployments = [
            .sample("d1", ecs: #"{"a":"same","b":{"c":["1","2"]}}"#),
            .sample("d2", ecs: #"{"a":"same","b":{"c":["1"]},"z":true}"#),
        ]
        try await TestConsole.serving(batch) { console in
            let page = try await console.get("/compare?id=d1&id=d2")
            let rows = page.text.matches(of: #/<tr><th scope="row">([a-z.]+)( <span class="level high">differs)?/#)
            #expect(rows.map { String($0.1) } == ["b.c", "z", "a"])
            #expect(rows.map { $0.2 != nil } == [true, true, false])
            #expect(page.text.contains("<p>Fields that differ: 2.</p>"))
            for (path, status) in [("/compare?id=d1", 400), ("/compare?id=d1&id=none", 404)] {
                let wrong = try await console.get(path)
                #expect(wrong.status == status, "\(path)")
            }
        }
    }

    @Test func `a finding's page shows what it was, why, and the record`() async throws {
        var batch = Self.batch([.sample("f1", deployment: "d1")])
        batch.deployments = [.sample("d1")]
        let shown = batch
        try await TestConsole.serving(shown) { console in
            let page = try await console.get("/findings/f1")
            #expect(page.status == 200)
            for words in [
                "<title>Privileged Container · Tidewaiter</title>", "Privileged Container: nginx", "it is privileged",
                #"<time datetime="2026-09-21T14:12:20.000000Z" title="2026-09-21 14:12:20 UTC">"#,
                "docker.events", "/var/log/docker, byte 7", #"<a href="/deployments/d1">"#,
                "<dt>event.kind</dt><dd><code>alert</code>",
            ] { #expect(page.text.contains(words), "\(words)") }
            #expect(try await console.get("/findings/none").status == 404)
            let deployment = try await console.get("/deployments/d1")
            for words in ["privileged", "host pid", #"<a href="/findings/f1">"#, "docker.events"] {
                #expect(deployment.text.contains(words), "\(words)")
            }
            let list = try await console.get("/deployments?route=docker-api")
            #expect(list.text.contains(#"<a href="/deployments/d1">container-create</a>"#))
            let other = try await console.get("/deployments?route=static-pod")
            #expect(other.text.contains("Nothing is like that."))
        }
    }
}
