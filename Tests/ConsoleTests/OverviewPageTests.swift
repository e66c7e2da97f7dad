import Console
import Deployments
import Foundation
import Ledger
import Testing

@Suite struct OverviewPageTests {
    private static let batch: LedgerBatch = {
        var batch = LedgerBatch()
        batch.deployments = [
            .sample("d1"), .sample("d2", minutesAgo: 3 * 60), .sample("d3", route: "static-pod"),
            .sample("d4", minutesAgo: 26 * 60),
        ]
        batch.findings = [
            .sample("f1", title: "Low", level: "low"), .sample("f2", title: "Worst", level: "critical", minutesAgo: 50),
            .sample("f3", title: "Worst", level: "critical", minutesAgo: 40),
            .sample("f4", title: "Old", level: "high", minutesAgo: 30 * 60),
        ]
        return batch
    }()

    /// What a picture's legend says, in its order.
    private static func legend(_ id: String, of page: TestConsole.Reply) -> [String] {
        guard let start = page.text.range(of: #"<section aria-labelledby="\#(id)">"#) else { return [] }
        let section = page.text[start.upperBound...].prefix { $0 != "\u{0}" }
        let part = section.range(of: "</section>").map { section[..<$0.lowerBound] } ?? section
        return part.matches(of: #/<\/span> ([a-z-]+) <span class="count">(\d+)<\/span>/#).map { "\($0.1) \($0.2)" }
    }

    @Test func `what needs attention comes first, the weightiest before the newest`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let page = try await console.get("/")
            let told = page.text.matches(
                of:
                    #/<li><span class="level [a-z]+">([a-z]+)<\/span> <a href="[^"]*">([^<]*)<\/a> <span class="count">(\d+) open/#
            ).map { "\($0.1) \($0.2) \($0.3)" }
            #expect(told == ["critical Worst 2", "high Old 1", "low Low 1"])
            #expect(page.text.contains("/findings?state=open&amp;rule=rule-Worst"))
        }
    }

    @Test func `pictures count the time that was asked for`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let day = try await console.get("/")
            #expect(Self.legend("deployments", of: day) == ["docker-api 2", "static-pod 1"])
            #expect(
                Self.legend("findings", of: day) == ["critical 2", "high 0", "medium 0", "low 1", "informational 0"]
            )
            let week = try await console.get("/?span=7d")
            #expect(Self.legend("deployments", of: week) == ["docker-api 3", "static-pod 1"])
            let wrong = try await console.get("/?span=1y")
            #expect(wrong.status == 400)
        }
    }

    @Test func `sources that do not follow come first, with why`() async throws {
        let sources = [
            SourceState(name: "audit", lag: 0.2), SourceState(name: "docker", trouble: "no <socket>", losses: 2),
            SourceState(name: "files", lag: 75.9, losses: 1),
        ]
        try await TestConsole.serving(sources: sources) { console in
            let page = try await console.get("/")
            let told = page.text.matches(of: #/<dt>([a-z]+)<\/dt><dd>(.*?)<\/dd>/#).map { "\($0.1): \($0.2)" }
            #expect(
                told == [
                    #"docker: <span class="level high">trouble</span> waits: no &lt;socket&gt;, lost records 2 times"#,
                    "audit: follows", "files: follows, 75 s behind, lost records once",
                ]
            )
        }
        try await TestConsole.serving { console in
            let page = try await console.get("/")
            #expect(!page.text.contains("Sources"))
        }
    }

    @Test func `an empty ledger says so`() async throws {
        try await TestConsole.serving { console in
            let page = try await console.get("/")
            #expect(page.text.contains("No finding is open."))
            #expect(page.text.contains("Nothing in this time."))
        }
    }
}
