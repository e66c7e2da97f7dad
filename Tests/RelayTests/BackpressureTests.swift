import Relay
import Testing

/// Large bodies in constant memory: whoever is slow slows the other down.
@Suite(.serialized) struct BackpressureTests {
    private static let piece = [UInt8](repeating: 120, count: 1 << 20)
    /// What may lie between the two ends: the kernel's buffers and the relay's own marks.
    private static let bound = 8 << 20

    @Test func `an upload waits for a slow upstream, and then all of it arrives`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            let head = "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(200 << 20)\r\n\r\n"
            client.send(head)
            let daemon = try await relay.daemon.accept()
            _ = await daemon.receive(through: "\r\n\r\n")
            daemon.countOnly()
            try await daemon.reads(false)
            let before = daemon.total
            try await stalls(client, below: Self.bound)
            try await daemon.reads(true)
            await Wait.until { daemon.total - before == 200 << 20 }
            #expect(daemon.total - before == 200 << 20)
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test func `a download waits for a slow client, and then all of it arrives`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            _ = await daemon.receive(through: "\r\n\r\n")
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: \(200 << 20)\r\n\r\n")
            _ = await client.receive(through: "\r\n\r\n")
            client.countOnly()
            try await client.reads(false)
            let before = client.total
            try await stalls(daemon, below: Self.bound)
            try await client.reads(true)
            await Wait.until { client.total - before == 200 << 20 }
            #expect(client.total - before == 200 << 20)
        }
    }

    @Test func `a tunnel waits for whoever is slow`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send("POST /attach HTTP/1.1\r\nHost: x\r\n\r\n")
            let daemon = try await relay.daemon.accept()
            _ = await daemon.receive(through: "\r\n\r\n")
            daemon.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n")
            _ = await client.receive(through: "\r\n\r\n")
            client.countOnly()
            daemon.countOnly()
            let before = daemon.total
            try await daemon.reads(false)
            try await stalls(client, below: Self.bound)
            try await daemon.reads(true)
            await Wait.until { daemon.total - before == 200 << 20 }
            #expect(daemon.total - before == 200 << 20)
        }
    }

    @Test func `a client that does not read its answers is not read either`() async throws {
        let gatekeeper = TestGatekeeper()
        try await TestRelay.with(gatekeeper) { relay in
            let client = try await relay.connect()
            try await client.reads(false)
            let request = "GET /deny/\(String(repeating: "a", count: 80)) HTTP/1.1\r\nHost: x\r\n\r\n"
            client.send(Array(String(repeating: request, count: 20_000).utf8))
            var last = -1
            while gatekeeper.seen.count != last {
                last = gatekeeper.seen.count
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(last > 0 && last < 15_000)
            client.countOnly()
            try await client.reads(true)
            await Wait.until { gatekeeper.seen.count == 20_000 }
            #expect(gatekeeper.seen.count == 20_000)
        }
    }

    /// Sends 200 MB; what was taken before the other end read anything stays below a bound.
    private func stalls(_ sender: TestSocket, below bound: Int) async throws {
        let sent = Counter()
        for _ in 0..<200 { sender.send(Self.piece) { sent.add(1 << 20) } }
        var last = -1
        while sent.value != last {
            last = sent.value
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(last < bound)
    }
}
