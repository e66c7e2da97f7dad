import Relay
import Testing

/// The upstream dies, clients are slow, rude or gone.
@Suite struct BadDayTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
    private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let forwardedGet = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `an upstream that dies in a chunk does not make the answer look whole`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")
            daemon.close()
            await client.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")
            await client.expectEnd()
        }
    }

    @Test func `an upstream that dies before it answers is told, and the connection goes on`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            daemon.close()
            let answer = await client.receive(through: "before it answered")
            #expect(answer.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n") && !answer.contains("Connection: close"))
            client.send(Self.get)
            await (try await relay.daemon.accept()).expect(Self.forwardedGet)
        }
    }

    @Test func `an upstream that is not there is told, and found again`() async throws {
        try await TestRelay.with { relay in
            await relay.daemon.stop()
            let client = try await relay.connect()
            client.send(Self.get)
            #expect(await client.receive(through: "cannot connect").hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
            let daemon = try await TestDaemon.start(at: relay.daemon.path)
            let second = try await relay.connect()
            second.send(Self.get)
            await (try await daemon.accept()).expect(Self.forwardedGet)
            await daemon.stop()
        }
    }

    @Test func `a request without effects is asked again when a kept connection had gone`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send(Self.ok)
            await client.expect(Self.ok)
            client.send(Self.get)
            await daemon.expect(Self.forwardedGet)
            daemon.close()
            let next = try await relay.daemon.accept()
            await next.expect(Self.forwardedGet)
            next.send(Self.ok)
            await client.expect(Self.ok)
            client.send("POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
            await next.expect("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            next.close()
            #expect(await client.receive(through: "before it answered").hasPrefix("HTTP/1.1 502 "))
            #expect(relay.daemon.waiting == 0)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\n",
    ])
    func `an answer that cannot be read is a bad gateway`(answer: String) async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send(answer)
            #expect(await client.receive(through: "cannot be read").hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
            await daemon.expectEnd()
        }
    }

    @Test func `bytes behind an answer never reach the next request`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send(Self.ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            await client.expect(Self.ok)
            client.send(Self.get)
            let next = try await relay.daemon.accept()
            await next.expect(Self.forwardedGet)
            next.send(Self.ok)
            await client.expect(Self.ok)
        }
    }

    @Test func `everything works a byte at a time`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            let request =
                "POST /judge HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + Self.get
            for byte in request.utf8 { try await client.sendFully([byte]) }
            let daemon = try await relay.daemon.accept()
            await daemon.expect("POST /judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")
            for byte in Self.ok.utf8 { try await daemon.sendFully([byte]) }
            await client.expect(Self.ok)
            await daemon.expect(Self.forwardedGet)
        }
    }

    @Test func `a client that goes away ends the upstream's work`() async throws {
        try await TestRelay.with { relay in
            for streams in [false, true] {
                let client = try await relay.connect()
                client.send(Self.get)
                let daemon = try await relay.daemon.accept()
                await daemon.expect(Self.forwardedGet)
                if streams {
                    daemon.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
                    _ = await client.receive(through: "a\r\n")
                }
                client.close()
                await daemon.expectEnd()
            }
        }
    }

    @Test func `half a body ends the upstream's work`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
            client.closeOutput()
            await daemon.expectEnd()
        }
    }

    @Test func `a client that half-closes after its request still gets the answer`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            client.closeOutput()
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwardedGet)
            daemon.send(Self.ok)
            await client.expect(Self.ok)
            await client.expectEnd()
        }
    }

    @Test func `an early answer passes, and the rest of the body is thrown away`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc")
            daemon.send(Self.ok)
            await client.expect(Self.ok)
            await daemon.expectEnd()
            client.send("def" + Self.get)
            await (try await relay.daemon.accept()).expect(Self.forwardedGet)
        }
    }

    @Test func `a refused request's body is thrown away up to a bound`() async throws {
        try await TestRelay.with(limits: RelayLimits(drainedBytes: 8)) { relay in
            let client = try await relay.connect()
            client.send("POST /deny HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678" + Self.get)
            #expect(!(await client.receive(through: "\r\n\r\nno")).contains("Connection: close"))
            await (try await relay.daemon.accept()).expect(Self.forwardedGet)

            let second = try await relay.connect()
            second.send("POST /deny HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789" + Self.get)
            #expect(await second.receive(through: "\r\n\r\nno").contains("Connection: close"))
            await second.expectEnd()

            let third = try await relay.connect()
            third.send("POST /deny HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n")
            _ = await third.receive(through: "\r\n\r\nno")
            await third.expectEnd()
            #expect(relay.daemon.waiting == 0)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /\r\n",
    ])
    func `what cannot be read for certain is refused and ends the connection`(request: String) async throws {
        let gatekeeper = TestGatekeeper()
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            client.send(request + Self.get)
            let answer = await client.receive(through: "of the head)")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n") || answer.hasPrefix("HTTP/1.1 505 "))
            #expect(answer.contains("Connection: close\r\n"))
            await client.expectEnd()
            #expect(gatekeeper.seen.targets == [])
        }
    }

    @Test func `a body that cannot be read for certain does not reach the upstream whole`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0;x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            #expect(await client.receive(through: "of the body)").hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            await Wait.until { daemon.isInputClosed }
            #expect(daemon.isInputClosed && !daemon.pending.contains("\r\n0\r\n"))
        }
    }
}
