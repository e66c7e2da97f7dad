import Relay
import Testing

@Suite struct TunnelTests {
    private static let upgrade =
        "POST /exec/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}"
    private static let forwarded =
        "POST /exec/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n{}"
    private static let switched =
        "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
        + "Upgrade: tcp\r\n\r\n"

    @Test func `a tunnel carries bytes both ways and half-closes`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.upgrade)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwarded)
            daemon.send(Self.switched + "prompt")
            await client.expect(Self.switched + "prompt")
            client.send("GET / HTTP/1.1\nnot HTTP any more")
            await daemon.expect("GET / HTTP/1.1\nnot HTTP any more")
            client.closeOutput()
            await daemon.expectEnd()
            daemon.send("still talking")
            await client.expect("still talking")
            daemon.closeOutput()
            await client.expectEnd()
            await Wait.until { daemon.isClosed && client.isClosed }
            #expect(daemon.isClosed && client.isClosed)
        }
    }

    @Test func `the daemon's half-close leaves the client talking`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.upgrade)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwarded)
            daemon.send(Self.switched)
            daemon.closeOutput()
            await client.expect(Self.switched)
            await client.expectEnd()
            client.send("more")
            await daemon.expect("more")
            client.closeOutput()
            await daemon.expectEnd()
        }
    }

    @Test func `what a client sends before the answer is held for the tunnel`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.upgrade + "early")
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwarded)
            #expect(daemon.pending == "")
            daemon.send(Self.switched)
            await daemon.expect("early")
        }
    }

    @Test func `a refused upgrade keeps the connection HTTP, and what follows is judged`() async throws {
        let gatekeeper = TestGatekeeper()
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            client.send(Self.upgrade + "GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwarded)
            daemon.send("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n")
            await client.expect("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n")
            await client.expect("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno")
            #expect(daemon.pending == "")
            #expect(gatekeeper.seen.targets == ["/exec/start", "/deny"])
        }
    }

    @Test func `a raw-stream 200 opens a tunnel where the passage allows it`() async throws {
        let stream = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("POST /attach HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("POST /attach HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            daemon.send(stream)
            await client.expect(stream)
            client.send("input")
            await daemon.expect("input")
        }
    }

    @Test func `a raw stream in chunks is an ordinary answer`() async throws {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("GET /attach HTTP/1.1\r\nHost: x\r\n\r\nGET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            await daemon.expect("GET /attach HTTP/1.1\r\nHost: localhost\r\n\r\n")
            daemon.send(head + "1\r\na\r\n0\r\n\r\n")
            await client.expect(head + "1\r\na\r\n0\r\n\r\n")
            #expect(await client.receive(through: "no").hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test func `an upgrade that nobody asked for is refused`() async throws {
        try await TestRelay.with { relay in
            for (request, answer) in [
                ("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", Self.switched),
                ("GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", Self.switched),
                (
                    "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                    "HTTP/1.1 101 Switching Protocols\r\n\r\n"
                ),
            ] {
                let client = try await relay.connect()
                client.send(request)
                let daemon = try await relay.daemon.accept()
                _ = await daemon.receive(through: "\r\n\r\n")
                daemon.send(answer)
                #expect(await client.receive(through: "unasked").hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
                await client.expectEnd()
                await daemon.expectEnd()
            }
        }
    }

    @Test func `what a client sent before it went still reaches the daemon`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.upgrade)
            let daemon = try await relay.daemon.accept()
            await daemon.expect(Self.forwarded)
            daemon.send(Self.switched)
            await client.expect(Self.switched)
            daemon.countOnly()
            let count = 100_000
            try await client.sendFully([UInt8](repeating: 97, count: count))
            client.close()
            await Wait.until { daemon.total == Self.forwarded.utf8.count + count }
            #expect(daemon.total == Self.forwarded.utf8.count + count)
            await Wait.until { daemon.isClosed || daemon.isInputClosed }
            #expect(daemon.isInputClosed)
        }
    }
}
