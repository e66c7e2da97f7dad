import Ledger
import Testing

@Suite struct TriageTests {
    private static let batch: LedgerBatch = {
        var batch = LedgerBatch()
        batch.findings = [.sample("f1")]
        return batch
    }()

    private static func state(of id: String, in console: TestConsole) async throws -> FindingState {
        try await console.ledger.details(ofFinding: id).stored.state
    }

    @Test func `what somebody says of a finding is kept with its note, and shown`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let page = try await console.get("/findings/f1")
            let (cookie, token) = (try #require(page.cookie), try #require(page.token))
            let answer = try await console.post(
                "/findings/f1/state",
                "token=\(token)&seen=open&state=acknowledged&note=asked+the+owner+%3Cb%3E",
                [("cookie", cookie)]
            )
            #expect(answer.status == 303)
            #expect(answer.header("location") == "/findings/f1")
            let details = try await console.ledger.details(ofFinding: "f1")
            #expect(details.stored.state == .acknowledged)
            #expect(details.notes.map(\.text) == ["asked the owner <b>"])
            #expect(details.notes.map(\.author) == ["console"])
            let shown = try await console.get("/findings/f1")
            #expect(shown.text.contains("asked the owner &lt;b&gt;"))
        }
    }

    @Test func `of two who act at once the second is told what the first has said`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let page = try await console.get("/findings/f1")
            let (cookie, token) = (try #require(page.cookie), try #require(page.token))
            let first = try await console.post(
                "/findings/f1/state",
                "token=\(token)&seen=open&state=closed",
                [("cookie", cookie)]
            )
            let second = try await console.post(
                "/findings/f1/state",
                "token=\(token)&seen=open&state=acknowledged",
                [("cookie", cookie)]
            )
            let statuses = [first.status, second.status]
            #expect(statuses == [303, 409])
            #expect(second.text.contains("f1 is closed by now; look at it again"))
            #expect(try await Self.state(of: "f1", in: console) == .closed)
        }
    }

    @Test func `nothing changes for another site, or without a page's token`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let page = try await console.get("/findings/f1")
            let (cookie, token) = (try #require(page.cookie), try #require(page.token))
            let form = "token=\(token)&seen=open&state=closed"
            let origin = ("origin", "http://127.0.0.1:\(console.port)")
            let refused: [(String, [(String, String)])] = [
                (form, [("cookie", cookie), ("origin", "http://evil.example")]),
                (form, [("cookie", cookie), ("origin", "null")]),
                (form, [("cookie", cookie), ("sec-fetch-site", "cross-site")]),
                (form, [("cookie", cookie), ("sec-fetch-site", "same-site")]),
                (form, []),
                (form, [("cookie", "tidewaiter=\(String(repeating: "0", count: 64))")]),
                ("seen=open&state=closed", [("cookie", cookie), origin]),
                ("token=00&seen=open&state=closed", [("cookie", cookie), origin]),
            ]
            for (form, headers) in refused {
                #expect(try await console.post("/findings/f1/state", form, headers).status == 403, "\(headers)")
            }
            #expect(try await Self.state(of: "f1", in: console) == .open)
            let own = try await console.post(
                "/findings/f1/state",
                form,
                [("cookie", cookie), origin, ("sec-fetch-site", "same-origin")]
            )
            #expect(own.status == 303)
        }
    }

    @Test func `a note that is too long is refused, and nothing is kept`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let page = try await console.get("/findings/f1")
            let (cookie, token) = (try #require(page.cookie), try #require(page.token))
            for length in [(64 << 10) + 1, 1 << 20] {
                let note = String(repeating: "n", count: length)
                let answer = try await console.post(
                    "/findings/f1/state",
                    "token=\(token)&seen=open&state=closed&note=\(note)",
                    [("cookie", cookie)]
                )
                #expect(answer.status == 413)
            }
            #expect(try await Self.state(of: "f1", in: console) == .open)
        }
    }
}
