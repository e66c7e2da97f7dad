import Relay
import Testing

@Suite struct RequestHeadParserTests {
    private func read(_ text: String, limits: HeadLimits = HeadLimits()) throws(MalformedMessage) -> ReceivedRequest? {
        var parser = RequestHeadParser(limits: limits)
        return try parser.read(Array(text.utf8).span)
    }

    private func refusal(of text: String, limits: HeadLimits = HeadLimits()) -> String {
        do throws(MalformedMessage) {
            guard let request = try read(text, limits: limits) else { return "unfinished" }
            return "read \(request.head)"
        } catch {
            return "\(error.status) \(error)"
        }
    }

    @Test func `a request is read as it was written`() throws {
        let text =
            "POST /v1.41/containers/create?name=a HTTP/1.1\r\nHost: docker\r\nX-Thing:  a b \t\r\n"
            + "x-thing: ä\r\nEmpty:\r\nContent-Length: 12\r\n\r\n"
        let request = try #require(try read(text + "rest"))
        #expect(
            request.head
                == RequestHead(
                    method: "POST",
                    target: "/v1.41/containers/create?name=a",
                    fields: [
                        HeaderField("host", "docker"), HeaderField("x-thing", "a b"), HeaderField("x-thing", "ä"),
                        HeaderField("empty", ""), HeaderField("content-length", "12"),
                    ],
                    framing: .length(12)
                )
        )
        #expect(request.byteCount == text.utf8.count)
        #expect(request.isPersistent)
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: a\r\n", true),
        ("HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n", false),
        ("HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n", false),
        ("HTTP/1.0\r\n", false),
        ("HTTP/1.0\r\nConnection: Keep-Alive\r\n", true),
    ])
    func `whether the connection goes on is told by version and options`(rest: String, persists: Bool) throws {
        #expect(try read("GET / \(rest)\r\n")?.isPersistent == persists)
    }

    @Test(arguments: [
        ("Content-Length: 0\r\n", BodyFraming.none),
        ("Content-Length: 7\r\n", .length(7)),
        ("Transfer-Encoding: Chunked\r\n", .chunked),
        ("", .none),
    ])
    func `the body's framing is read`(fields: String, framing: BodyFraming) throws {
        #expect(try read("PUT / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")?.head.framing == framing)
    }

    @Test(arguments: [
        ("\r\nGET / HTTP/1.1\r\n", "400 empty line before the request (byte 0 of the head)"),
        ("GET / HTTP/1.1\n", "400 line feed without carriage return (byte 14 of the head)"),
        ("GET /\r\n", "400 HTTP/0.9 request without a version (byte 5 of the head)"),
        ("GET  / HTTP/1.1\r\n", "400 no request target (byte 4 of the head)"),
        ("GET / HTTP/1.1 \r\n", "400 no HTTP version after one blank (byte 6 of the head)"),
        ("GET / http/1.1\r\n", "400 no HTTP version after one blank (byte 6 of the head)"),
        ("GET / HTTP/1.2\r\n", "505 HTTP/1.2; use HTTP/1.1 (byte 6 of the head)"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 HTTP/2.0; use HTTP/1.1 (byte 6 of the head)"),
        ("G@T / HTTP/1.1\r\n", "400 no method, one blank and a target (byte 1 of the head)"),
        ("GET\t/ HTTP/1.1\r\n", "400 no method, one blank and a target (byte 3 of the head)"),
        ("GET /\u{e4} HTTP/1.1\r\n", "400 character that no request target may hold (byte 5 of the head)"),
        ("GET /\0 HTTP/1.1\r\n", "400 character that no request target may hold (byte 5 of the head)"),
    ])
    func `a request line that two servers may read in two ways is refused`(text: String, refusal: String) {
        #expect(self.refusal(of: text) == refusal)
    }

    @Test(arguments: [
        ("Host : a\r\n", "400 blank in or after a field name (byte 20 of the head)"),
        ("Host\r\n", "400 header field without a colon (byte 20 of the head)"),
        (": a\r\n", "400 header field without a name (byte 16 of the head)"),
        ("Host: a\r\n b\r\n", "400 folded header field (byte 25 of the head)"),
        ("Host: a\r\n\tb\r\n", "400 folded header field (byte 25 of the head)"),
        ("Host: a\rb\r\n", "400 control character in a header field's value (byte 23 of the head)"),
        ("Host: a\0b\r\n", "400 control character in a header field's value (byte 23 of the head)"),
        ("Host: a\u{7f}\r\n", "400 control character in a header field's value (byte 23 of the head)"),
        ("H\u{f6}st: a\r\n", "400 character that no field name may hold (byte 17 of the head)"),
        ("Host: a\r\nHost: a\r\n\r\n", "400 second Host (byte 25 of the head)"),
        ("X: a\r\n\r\n", "400 no Host in HTTP/1.1 (byte 22 of the head)"),
        ("Content-Length: 1\r\nContent-Length: 1\r\n", "400 second Content-Length (byte 35 of the head)"),
        ("Content-Length: +1\r\n", "400 Content-Length that is no number (byte 32 of the head)"),
        ("Content-Length: 1, 1\r\n", "400 Content-Length that is no number (byte 32 of the head)"),
        ("Content-Length: 0x1\r\n", "400 Content-Length that is no number (byte 32 of the head)"),
        ("Content-Length:\r\n", "400 Content-Length that is no number (byte 31 of the head)"),
        ("Content-Length: 9999999999999999999\r\n", "400 Content-Length that is no number (byte 32 of the head)"),
        (
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "400 Transfer-Encoding beside Content-Length (byte 35 of the head)"
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
            "400 Content-Length beside Transfer-Encoding (byte 44 of the head)"
        ),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "400 second Transfer-Encoding (byte 44 of the head)"
        ),
        ("Transfer-Encoding: gzip, chunked\r\n", "400 Transfer-Encoding other than chunked (byte 35 of the head)"),
        ("Transfer-Encoding: identity\r\n", "400 Transfer-Encoding other than chunked (byte 35 of the head)"),
        (
            "Transfer-Encoding: \u{b}chunked\r\n",
            "400 control character in a header field's value (byte 35 of the head)"
        ),
        (
            "Connection: close, Content-Type\r\n",
            "400 Connection option that names an end-to-end field (byte 35 of the head)"
        ),
    ])
    func `a header field that two servers may read in two ways is refused`(fields: String, refusal: String) {
        #expect(self.refusal(of: "GET / HTTP/1.1\r\n" + fields) == refusal)
    }

    @Test func `Transfer-Encoding in HTTP 1.0 is refused`() {
        #expect(
            refusal(of: "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
                == "400 Transfer-Encoding in HTTP/1.0 (byte 16 of the head)"
        )
    }

    @Test func `a value that is not UTF-8 is refused`() {
        var parser = RequestHeadParser()
        #expect(throws: MalformedMessage("header field's value that is not UTF-8", at: 19)) {
            try parser.read((Array("GET / HTTP/1.1\r\nX: ".utf8) + [0xE4, 13, 10]).span)
        }
    }

    @Test func `heads are bounded in bytes and fields`() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n"
        let count = head.utf8.count
        #expect(
            refusal(of: head, limits: HeadLimits(bytes: count - 1))
                == "431 head longer than \(count - 1) bytes (byte \(count - 1) of the head)"
        )
        #expect(refusal(of: head, limits: HeadLimits(bytes: count)).hasPrefix("read "))
        #expect(
            refusal(of: head, limits: HeadLimits(fields: 1)) == "431 more than 1 header fields (byte 25 of the head)"
        )
    }

    @Test func `only 100-continue can be expected`() throws {
        #expect(try read("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n")?.expectation == .continue)
        #expect(try read("PUT / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n")?.expectation == .unknown)
        #expect(
            try read("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")?.expectation == ReceivedRequest.Expectation.none
        )
    }
}
