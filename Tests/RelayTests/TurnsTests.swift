import NIOCore
import NIOEmbedded
import Testing

@testable import Relay

@Suite struct TurnsTests {
    private static let get = "GET /turn HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Who went, in their order, and their turns until they end.
    private final class Record {
        var names: [String] = []
        var ends: [String: () -> Void] = [:]

        func ask(_ turns: Turns, _ name: String) {
            turns.wait { [self] (turn: consuming Turn) in
                names.append(name)
                var kept: Turn? = consume turn
                ends[name] = { if let turn = kept.take() { turn.end() } }
            }
        }

        func end(_ name: String) { ends[name]?() }
    }

    @Test func `no more are under way than may be, and the others go in the order they came`() {
        let turns = Turns(eventLoop: EmbeddedEventLoop(), limit: 2, patience: .seconds(1))
        let record = Record()
        for name in ["a", "b", "c", "d", "e"] { record.ask(turns, name) }
        #expect(record.names == ["a", "b"])
        record.end("b")
        #expect(record.names == ["a", "b", "c"])
        record.end("a")
        record.end("c")
        #expect(record.names == ["a", "b", "c", "d", "e"])
        record.end("d")
        record.ask(turns, "f")
        record.ask(turns, "g")
        #expect(record.names == ["a", "b", "c", "d", "e", "f"])
    }

    @Test func `whoever waited long enough goes without a turn, and gives none back`() {
        let loop = EmbeddedEventLoop()
        let turns = Turns(eventLoop: loop, limit: 1, patience: .milliseconds(250))
        let record = Record()
        record.ask(turns, "hangs")
        record.ask(turns, "waits")
        loop.advanceTime(by: .milliseconds(249))
        #expect(record.names == ["hangs"])
        loop.advanceTime(by: .milliseconds(1))
        #expect(record.names == ["hangs", "waits"])
        record.end("waits")
        record.ask(turns, "next")
        #expect(record.names == ["hangs", "waits"])
        record.end("hangs")
        #expect(record.names == ["hangs", "waits", "next"])
    }

    /// The ways in which a request ends.
    enum Ending: CaseIterable {
        case answered, answeredByHalf, upstreamGone, clientGone
    }

    @Test(arguments: Ending.allCases)
    func `a turn ends with its request, however that ends`(_ ending: Ending) async throws {
        try await TestRelay.with(turnPatience: .seconds(3600)) { relay in
            // As many as every event loop lets go at once, and more, one after another.
            for _ in 0..<20 {
                let client = try await relay.connect()
                client.send(Self.get)
                let daemon = try await relay.daemon.accept()
                _ = await daemon.receive(through: "\r\n\r\n")
                switch ending {
                case .answered:
                    daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
                    _ = await client.receive(through: "\r\n\r\nOK")
                case .answeredByHalf:
                    daemon.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK")
                    daemon.close()
                    _ = await client.receive(through: "\r\n\r\nOK")
                    await client.expectEnd()
                case .upstreamGone:
                    daemon.close()
                    _ = await client.receive(through: "before it answered")
                case .clientGone:
                    client.close()
                    await daemon.expectEnd()
                }
            }
        }
    }
}
