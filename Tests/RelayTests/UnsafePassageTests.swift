import Relay
import Testing

/// A gatekeeper that decoded too much cannot make one request two.
@Suite struct UnsafePassageTests {
    private struct Careless: Gatekeeper {
        var passage: Passage
        func admit(_ head: RequestHead, from client: Client) -> Admission { .pass(passage) }
        func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
            .pass(passage, body: nil)
        }
        func refusal(status: Int, message: String) -> Answer { Answer(status: status, body: Array(message.utf8)) }
    }

    @Test(arguments: [
        Passage(method: "GET /x HTTP/1.1\r\nA", target: "/", fields: []),
        Passage(method: "GET", target: "/ HTTP/1.1\r\nHost: x\r\n\r\nGET /", fields: []),
        Passage(method: "GET", target: "", fields: []),
        Passage(method: "GET", target: "/", fields: [HeaderField("a", "b\r\nc: d")]),
        Passage(method: "GET", target: "/", fields: [HeaderField("a: b\r\nc", "d")]),
        Passage(method: "GET", target: "/", fields: [], tunnel: .upgrade(to: "tcp\r\nx: y", hijack: false)),
    ])
    func `a passage that is not one request is not forwarded`(passage: Passage) async throws {
        try await TestRelay.with(Careless(passage: passage)) { relay in
            let client = try await relay.connect()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive(through: "one request").hasPrefix("HTTP/1.1 500 "))
            let daemon = try await relay.daemon.accept()
            await daemon.expectEnd()
        }
    }

    @Test func `hop-by-hop fields of a passage are the relay's own`() async throws {
        let fields = [
            "host", "connection", "transfer-encoding", "content-length", "upgrade", "te", "trailer", "keep-alive",
            "Proxy-Authorization", "proxy-x", "Expect", "http2-settings",
        ].map { HeaderField($0, "1") }
        try await TestRelay.with(Careless(passage: Passage(method: "GET", target: "/a", fields: fields))) { relay in
            let client = try await relay.connect()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await (try await relay.daemon.accept()).expect("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        }
    }
}
