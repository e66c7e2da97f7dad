import Relay
import Testing

@Suite struct ResponseHeadParserTests {
    private func read(_ text: String) throws(MalformedMessage) -> ResponseHead? {
        var parser = ResponseHeadParser()
        return try parser.read(Array(text.utf8).span)
    }

    @Test(arguments: [
        ("Content-Length: 5\r\n", ResponseHead.Framing.length(5)),
        ("Transfer-Encoding: chunked\r\n", .chunked),
        ("", .untilClose),
    ])
    func `the framing of an answer is read`(fields: String, framing: ResponseHead.Framing) throws {
        let head = try #require(try read("HTTP/1.1 200 OK\r\n\(fields)\r\nbody"))
        #expect(head.framing == framing)
        #expect(head.status == 200)
        #expect(head.isPersistent)
    }

    @Test func `a raw stream and an upgrade are told`() throws {
        let head = try #require(
            try read(
                "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
                    + "Upgrade: TCP\r\n\r\n"
            )
        )
        #expect(head.status == 101)
        #expect(head.upgrade == "tcp")
        #expect(head.isRawStream)
    }

    @Test(arguments: [
        "HTTP/1.1 20 OK\r\n", "HTTP/2.0 200 OK\r\n", "ICY 200 OK\r\n", "HTTP/1.1 200 O\0K\r\n", "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
    ])
    func `an answer that two clients may read in two ways is refused`(text: String) {
        #expect(throws: MalformedMessage.self) { try read(text) }
    }
}
