import Console
import Foundation
import Testing

@Suite struct GuardedRequestTests {
    @Test func `every answer forbids scripts of others, frames and guessed types`() async throws {
        try await TestConsole.serving { console in
            for path in [
                "/", "/findings", "/findings/none", "/nowhere", "/api/findings", "/api/nowhere", "/assets/console.css",
            ] {
                let answer = try await console.get(path)
                let policy = answer.header("content-security-policy") ?? ""
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"), "\(path)")
                #expect(policy.hasSuffix("base-uri 'none'; frame-ancestors 'none'"), "\(path)")
                #expect(!policy.contains("unsafe"), "\(path)")
                #expect(answer.header("x-content-type-options") == "nosniff", "\(path)")
                #expect(answer.header("referrer-policy") == "same-origin", "\(path)")
                #expect(answer.header("cross-origin-resource-policy") == "same-origin", "\(path)")
                #expect(
                    answer.header("cache-control") == (path.hasPrefix("/assets") ? "no-cache" : "no-store"),
                    "\(path)"
                )
            }
        }
    }

    @Test func `no page has a script, a style or a handler of its own`() async throws {
        try await TestConsole.serving { console in
            for path in ["/", "/findings", "/deployments", "/rules", "/nowhere"] {
                let page = try await console.get(path).text
                #expect(page.matches(of: #/<script/#).count == 1, "\(path)")
                #expect(page.contains(#"<script src="/assets/console.js" defer></script>"#), "\(path)")
                #expect(page.firstMatch(of: #/<style|\sstyle=|\son[a-z]+=/#) == nil, "\(path)")
            }
        }
    }

    @Test func `the cookie is for this site alone, and no script reads it`() async throws {
        try await TestConsole.serving { console in
            let page = try await console.get("/findings")
            let cookie = page.all("set-cookie")
            #expect(cookie.count == 1)
            let parts = Set(
                (cookie.first ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.dropFirst()
            )
            #expect(parts == ["Path=/", "HttpOnly", "SameSite=Strict"])
        }
    }

    @Test(arguments: ["evil.example", "evil.example:7610", "127.0.0.1.evil.example", "10.0.0.1", ""])
    func `a name that somebody else has put before this machine gets no page`(host: String) async throws {
        try await TestConsole.serving { console in
            for path in ["/", "/api/findings", "/live", "/assets/console.js"] {
                let answer = try await console.get(path, [("host", host)])
                #expect([400, 421].contains(answer.status), "\(path)")
                #expect(!answer.text.contains("Needs attention"), "\(path)")
            }
        }
    }

    @Test(arguments: ["localhost:7610", "127.0.0.1", "[::1]:7610", "LOCALHOST"])
    func `this machine's own names do`(host: String) async throws {
        try await TestConsole.serving { console in
            let answer = try await console.get("/findings", [("host", host)])
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: [
        ("tcp://127.0.0.1:7610", "http://127.0.0.1:7610"), ("tcp://127.1.2.3:0", "http://127.1.2.3:0"),
        ("tcp://[::1]:65535", "http://[::1]:65535"),
    ])
    func `a loopback address is listened on`(text: String, address: String) throws {
        #expect(try ConsoleAddress(parsing: text).description == address)
    }

    @Test(arguments: [
        "tcp://0.0.0.0:7610", "tcp://[::]:7610", "tcp://192.168.0.1:7610", "tcp://console.example:7610",
        "127.0.0.1:7610",
        "tcp://localhost:80", "tcp://127.1:80", "tcp://127.0.0.1:65536", "tcp://127.0.0.1", "tcp://127.0.0.256:80", "",
        "unix:///run/console.sock", "fd://3",
    ])
    func `any other address is refused`(text: String) {
        #expect(throws: ConsoleError.self) { try ConsoleAddress(parsing: text) }
    }

    @Test func `a file that the browser has is not sent again`() async throws {
        try await TestConsole.serving { console in
            let first = try await console.get("/assets/console.js")
            let tag = try #require(first.header("etag"))
            let second = try await console.get("/assets/console.js", [("if-none-match", tag)])
            let statuses = [first.status, second.status]
            #expect(statuses == [200, 304])
            #expect(second.text.isEmpty)
            let missing = try await console.get("/assets/layout.mustache")
            #expect(missing.status == 404)
        }
    }
}
