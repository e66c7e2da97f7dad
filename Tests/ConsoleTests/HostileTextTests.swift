import Foundation
import JSON
import Ledger
import Testing

/// What a record says is whatever an attacker wrote.
@Suite struct HostileTextTests {
    /// Texts that are markup, or end an attribute's value, by themselves or with what joins the mark before or after it.
    private static let texts = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "\"\u{301} onmouseover=\"alert(1)", "<\u{200D}script>", "\u{600}\"\u{301} autofocus onfocus=alert(1) x=\"",
        "{{{title}}}{{>layout}}", "&lt;b&gt;", "</title><b>", "javascript:alert(1)",
    ]

    /// The elements of a page with the names of their attributes: what a browser makes of it, scalar by scalar.
    private static func shape(_ page: String) -> [String] {
        let tag = #/<[a-zA-Z\/][^>]*>/#.matchingSemantics(.unicodeScalar)
        // What a value is does not matter; that it ends where it should does.
        let value = #/="[^"]*"/#.matchingSemantics(.unicodeScalar)
        return page.matches(of: tag).map { String($0.0).replacing(value) { _ in "=" } }
    }

    private static func batch(_ text: String) -> LedgerBatch {
        var batch = LedgerBatch()
        let quoted = JSONValue.quote(text)
        batch.deployments = [
            .sample("d1", image: text, ecs: #"{"container":{"image":{"name":\#(quoted)},"labels":[\#(quoted)]}}"#)
        ]
        batch.findings = [
            .sample(
                "f1",
                title: text,
                sentence: text,
                ecs: #"{"a":\#(quoted),"tidewaiter":{"reasons":[\#(quoted)],"violation":{"remedy":\#(quoted)}}}"#,
                deployment: "d1"
            )
        ]
        return batch
    }

    @Test(arguments: texts)
    func `a text stays text on every page`(text: String) async throws {
        try await TestConsole.serving(Self.batch("harmless")) { harmless in
            try await TestConsole.serving(Self.batch(text)) { console in
                let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                for path in [
                    "/", "/findings", "/findings/f1", "/deployments", "/deployments/d1", "/compare?id=d1&id=d1",
                    "/rules",
                ] {
                    let page = try await console.get(path)
                    #expect(page.status == 200, "\(path)")
                    let other = try await harmless.get(path)
                    #expect(Self.shape(page.text) == Self.shape(other.text), "\(path)")
                }
                // What an address says is as hostile.
                for path in ["/findings?rule=", "/findings?since=", "/deployments?where=", "/findings/", "/rules/"] {
                    let page = try await console.get(path + query)
                    let other = try await harmless.get(path + "harmless")
                    #expect(Self.shape(page.text) == Self.shape(other.text), "\(path)")
                }
            }
        }
    }

    @Test func `marks that turn the direction of writing, and what cannot be seen, are shown as such`() async throws {
        try await TestConsole.serving(Self.batch("nginx\u{202E}gpj.\u{200B}sh")) { console in
            let page = try await console.get("/findings/f1")
            #expect(page.text.contains("nginx\\u{202e}gpj.\\u{200b}sh"))
            #expect(!page.text.unicodeScalars.contains { [0x202E, 0x200B].contains($0.value) })
        }
    }

    @Test func `a field of a megabyte is cut, and whole in the API`() async throws {
        let text = String(repeating: "long<", count: 200_000)
        try await TestConsole.serving(Self.batch(text)) { console in
            for path in ["/findings", "/findings/f1", "/deployments", "/deployments/d1"] {
                let page = try await console.get(path)
                #expect(page.text.utf8.count < 400_000, "\(path)")
            }
            let whole = try await console.get("/api/findings/f1")
            #expect(whole.text.contains(text))
        }
    }
}
