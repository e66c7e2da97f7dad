import AsyncHTTPClient
import Ledger
import NIOCore
import NIOHTTP1
import Testing

@Suite struct LiveTests {
    /// Reads events until one is told that holds `text`; false at the end of the stream.
    private static func heard(_ text: String, in body: HTTPClientResponse.Body) async throws -> Bool {
        var told = ""
        for try await part in body {
            told += String(buffer: part)
            if told.contains(text) { return true }
        }
        return false
    }

    @Test func `whoever has a page open is told when there is something new`() async throws {
        try await TestConsole.serving { console in
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(console.port)/live")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            #expect(response.headers.first(name: "content-type") == "text/event-stream")
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { try await Self.heard("event: findings\ndata: 1\n\n", in: response.body) }
                group.addTask {
                    var batch = LedgerBatch()
                    batch.findings = [.sample("f1")]
                    _ = try await console.ledger.commit(batch)
                    return true
                }
                for try await wasHeard in group { #expect(wasHeard) }
            }
        }
    }
}
