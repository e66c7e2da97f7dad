import Ledger
import Testing

/// Batches that count: the cursor of each is the number of the findings up to it.
enum Counting {
    static func batch(_ number: Int) -> LedgerBatch {
        LedgerBatch(
            deployments: [.sample("d\(number)", at: Int64(number), trail: [TrailEntry(source: "s", dataset: "d")])],
            findings: [.sample("f\(number)", deployment: "d\(number)", at: Int64(number))],
            streams: [
                StreamEntry(
                    source: "s",
                    stream: "s",
                    cursor: "\(number)",
                    checkpoint: StreamEntry.Checkpoint(cursor: "\(number)", memory: Array("\(number)".utf8))
                )
            ],
            correlationEvents: [CorrelationEntry(findingID: "f\(number)", time: .after(Int64(number)), event: [1])]
        )
    }

    /// How far it has come; 0 at its beginning.
    static func count(_ ledger: Ledger) async throws -> Int {
        try await ledger.streams(of: "s").first?.cursor.flatMap { Int($0) } ?? 0
    }

    /// Commits batches until there are `count`, or for ever.
    static func run(_ ledger: Ledger, to count: Int = .max) async throws {
        var number = try await self.count(ledger)
        while number < count {
            number += 1
            _ = try await ledger.commit(batch(number))
        }
    }

    /// Sees that all of each batch is there, up to the cursor, and nothing behind it.
    @discardableResult
    static func check(_ ledger: Ledger, _ location: SourceLocation = #_sourceLocation) async throws -> Int {
        let count = try await count(ledger)
        let wanted = (0..<count).map { "f\($0 + 1)" }
        let findings = try await ledger.findings(afterSequence: 0, limit: .max)
        #expect(findings.map(\.finding.id) == wanted, sourceLocation: location)
        #expect(
            try await ledger.correlationEvents(since: .after(0)).map(\.findingID) == wanted,
            sourceLocation: location
        )
        let deployments = try await ledger.recentDeployments(since: .after(0), limit: .max)
        #expect(deployments.map(\.id) == (0..<count).map { "d\($0 + 1)" }, sourceLocation: location)
        let memory = try await ledger.streams(of: "s").first?.checkpoint?.memory
        #expect(memory == (count == 0 ? nil : Array("\(count)".utf8)), sourceLocation: location)
        #expect(try await ledger.integrityCheck() == [], sourceLocation: location)
        return count
    }
}
