import Relay
import Testing

@Suite struct RelayingTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
    private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let forwardedGet = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `a request is forwarded canonically, and its answer passes`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(
                "POST /a?b HTTP/1.1\r\nhOST: x\r\nContent-Type:  a/b \r\nKeep-Alive: 5\r\nTE: trailers\r\n"
                    + "Connection: keep-alive, te\r\nContent-Length: 03\r\n\r\nabc"
            )
            let daemon = try await relay.daemon.accept()
            await daemon.expect(
                "POST /a?b HTTP/1.1\r\nHost: localhost\r\ncontent-type: a/b\r\nContent-Length: 3\r\n\r\nabc"
            )
            daemon.send("HTTP/1.1 201 Created\r\nServer:  x\r\nContent-Length: 2\r\n\r\n{}")
            await client.expect("HTTP/1.1 201 Created\r\nServer:  x\r\nContent-Length: 2\r\n\r\n{}")
        }
    }

    @Test func `connections are kept on both sides`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            for _ in 0..<3 {
                await daemon.expect(Self.forwardedGet)
                daemon.send(Self.ok)
                await client.expect(Self.ok)
                client.send(Self.get)
            }
            #expect(relay.daemon.waiting == 0)
        }
    }

    @Test func `pipelined requests are judged one after another`() async throws {
        let gatekeeper = TestGatekeeper()
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            client.send(
                "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET /deny HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "POST /judge/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\naGET /3 HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            let daemon = try await relay.daemon.accept()
            await daemon.expect("POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            #expect(gatekeeper.seen.targets == ["/1"])
            daemon.send(Self.ok)
            await client.expect(Self.ok)
            await client.expect(
                "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno"
            )
            await daemon.expect("POST /judge/2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na")
            daemon.send(Self.ok)
            await daemon.expect("GET /3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            daemon.send(Self.ok)
            await client.expect(Self.ok + Self.ok)
            #expect(gatekeeper.seen.targets == ["/1", "/deny", "/judge/2", "/3"])
        }
    }

    @Test func `a judged body is replaced by what the gatekeeper made of it`() async throws {
        let gatekeeper = TestGatekeeper(replacement: Array("{}".utf8))
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            client.send(
                "POST /judge HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n1\r\n}\r\n0\r\n\r\n"
            )
            let daemon = try await relay.daemon.accept()
            await daemon.expect("POST /judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
            #expect(gatekeeper.seen.bodies == ["{ }"])
            daemon.send(Self.ok)
            await client.expect(Self.ok)
        }
    }

    @Test func `a judged body above the limit is refused unseen`() async throws {
        let gatekeeper = TestGatekeeper(limit: 4)
        try await TestRelay.with(gatekeeper) { relay in
            for body in ["Content-Length: 5\r\n\r\nabcde", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"]
            {
                let client = try await relay.connect()
                client.send("POST /judge HTTP/1.1\r\nHost: x\r\n\(body)GET /next HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = await client.receive(through: "judged")
                #expect(answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n") && answer.contains("Connection: close"))
                await client.expectEnd()
            }
            #expect(gatekeeper.seen.targets == [])
            #expect(relay.daemon.waiting == 0)
        }
    }

    @Test func `a body is streamed in chunks of the relay's own`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("PUT /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("00000a\r\n0123456789\r\n")
            await daemon.expect("a\r\n0123456789\r\n")
            client.send("0\r\nTrailer: dropped\r\n\r\n")
            await daemon.expect("0\r\n\r\n")
            daemon.send("HTTP/1.1 204 No Content\r\n\r\n")
            await client.expect("HTTP/1.1 204 No Content\r\n\r\n")
            client.send(Self.get)
            await daemon.expect(Self.forwardedGet)
        }
    }

    @Test func `an answer's chunks pass as they come, at once`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            daemon.send("3\r\none\r\n")
            await client.expect("3\r\none\r\n")
            daemon.send("3\r\ntwo\r\n0\r\n\r\n")
            await client.expect("3\r\ntwo\r\n0\r\n\r\n")
            client.send(Self.get)
            await daemon.expect(Self.forwardedGet)
        }
    }

    @Test func `HTTP 1.0 gets no chunks`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("GET /a HTTP/1.0\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nonetwo")
            await client.expectEnd()
        }
    }

    @Test func `an answer that ends with its connection ends the client's`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.0 200 OK\r\n\r\nsome")
            await client.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome")
            daemon.close()
            await client.expectEnd()
        }
    }

    @Test func `HEAD, 204 and 304 have no body`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
            client.send(Self.get)
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n")
            await client.expect("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n")
            client.send("HEAD /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            await client.expect("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n")
            client.send(Self.get)
            await daemon.expect(Self.forwardedGet)
        }
    }

    @Test func `interim answers stay with the relay`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + Self.ok)
            await client.expect(Self.ok)
        }
    }

    @Test func `a client that waits is told to go on when its body is read`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            for path in ["/judge", "/a", "/unread"] {
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                await client.expect("HTTP/1.1 100 Continue\r\n\r\n")
                client.send("b")
                let daemon = path == "/judge" ? try await relay.daemon.accept() : nil
                if let daemon {
                    await daemon.expect("POST /judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nb")
                    daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                } else {
                    let daemon = try await relay.daemon.accept()
                    await daemon.expect("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nb")
                    daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                }
                await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            client.send("POST /deny HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
            #expect(await client.receive(through: "\r\n\r\nno").contains("Connection: close\r\n"))
            await client.expectEnd()
        }
    }

    @Test func `who connects is known by the kernel's word`() async throws {
        let gatekeeper = TestGatekeeper()
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            client.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await client.receive(through: "no")
            let seen = try #require(gatekeeper.seen.clients.first)
            #expect(seen.listener == "unix://\(relay.path)")
            #expect(seen.peer == .ofThisProcess)
        }
    }

    @Test func `the guard's own questions are answered`() async throws {
        try await TestRelay.with { relay in
            async let answer = relay.upstream.get("/info")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n")
            daemon.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
            let collected = try await answer
            #expect(collected == UpstreamAnswer(status: 200, body: Array("{}".utf8)))
            await relay.daemon.stop()
            daemon.close()
            await #expect(throws: UpstreamError.self) { try await relay.upstream.get("/gone") }
        }
    }
}
