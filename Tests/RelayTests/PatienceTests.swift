import Relay
import Testing

@Suite struct PatienceTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a head or a judged body that does not come is refused`() async throws {
        let timeouts = RelayTimeouts(head: .milliseconds(100), idle: .milliseconds(100), body: .milliseconds(100))
        try await TestRelay.with(timeouts: timeouts) { relay in
            let slow = try await relay.connect(sending: "GET / HTTP/1.1\r\nHo")
            let bodiless = try await relay.connect(
                sending: "POST /judge HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"
            )
            #expect(await slow.receive(through: "did not come").hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(
                await bodiless.receive(through: "request's body came").hasPrefix("HTTP/1.1 408 Request Timeout\r\n")
            )
        }
    }

    @Test func `an idle connection is ended`() async throws {
        try await TestRelay.with(timeouts: RelayTimeouts(idle: .milliseconds(100))) { relay in
            await (try await relay.connect()).expectEnd()
        }
    }

    @Test func `a long answer is waited for`() async throws {
        let timeouts = RelayTimeouts(head: .milliseconds(100), idle: .milliseconds(100), body: .milliseconds(100))
        try await TestRelay.with(timeouts: timeouts) { relay in
            let client = try await relay.connect(sending: Self.get)
            let daemon = try await relay.daemon.accept()
            try await Task.sleep(for: .milliseconds(1_700))
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test func `a shutdown lets requests and tunnels end, and idle connections go`() async throws {
        try await TestRelay.with { relay in
            let idle = try await relay.connect()
            let busy = try await relay.connect()
            busy.send(Self.get)
            let daemon = try await relay.daemon.accept()
            _ = await daemon.receive(through: "\r\n\r\n")
            relay.server.shutdown(gracePeriod: .seconds(60))
            await idle.expectEnd()
            await #expect(throws: (any Error).self) { try await relay.connect() }
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
            await busy.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
            await busy.expectEnd()
        }
    }

    @Test func `a shutdown ends what outlasts its grace`() async throws {
        try await TestRelay.with { relay in
            let client = try await relay.connect()
            client.send(Self.get)
            let daemon = try await relay.daemon.accept()
            relay.server.shutdown(gracePeriod: .milliseconds(50))
            await client.expectEnd()
            await Wait.until { daemon.isInputClosed }
            #expect(daemon.isInputClosed)
        }
    }

    @Test func `a body that drips in is not waited for`() async throws {
        let timeouts = RelayTimeouts(body: .milliseconds(500))
        try await TestRelay.with(timeouts: timeouts) { relay in
            let client = try await relay.connect(
                sending: "POST /judge HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\na"
            )
            let dripping = Task {
                while !Task.isCancelled {
                    client.send("a")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            defer { dripping.cancel() }
            // Whole, it would be answered after half a minute.
            #expect(await client.receive(through: "\r\n") == "HTTP/1.1 408 Request Timeout\r\n")
        }
    }

    @Test func `where there are too many connections those make room that never asked for anything`() async throws {
        try await TestRelay.with(limits: RelayLimits(connections: 1)) { relay in
            // Each event loop takes its share, at least one: enough that every one is full.
            var silent: [TestSocket] = []
            for _ in 0..<100 { silent.append(try await relay.connect()) }
            let client = try await relay.connect(sending: Self.get)
            let daemon = try await relay.daemon.accept()
            _ = await daemon.receive(through: "\r\n\r\n")
            // One that waits for its answer makes no room.
            for _ in 0..<100 { silent.append(try await relay.connect()) }
            await Wait.until { silent.count(where: \.isInputClosed) > 100 }
            daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test func `connections above the limit are ended`() async throws {
        // Each event loop takes its share, at least one.
        try await TestRelay.with(limits: RelayLimits(connections: 1)) { relay in
            var clients: [TestSocket] = []
            for _ in 0..<200 { clients.append(try await relay.connect()) }
            await Wait.until { clients.count(where: \.isInputClosed) > 100 }
            #expect(clients.contains { $0.isInputClosed } && clients.contains { !$0.isInputClosed })
        }
    }
}
