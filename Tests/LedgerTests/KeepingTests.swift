import Deployments
import Foundation
import Ledger
import Testing

@Suite struct KeepingTests {
    private let folder = TemporaryFolder()
    private static let day: Int64 = 86_400

    @Test func `what is older than it is to be kept is forgotten, with what belongs to it`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let trail = [TrailEntry(source: "s", dataset: "d")]
        let old = (0..<700).map { FindingEntry.sample("old\($0)", deployment: "od\($0)", at: 0) }
        _ = try await ledger.commit(
            LedgerBatch(
                deployments: (0..<700).map { .sample("od\($0)", at: 0, trail: trail) } + [
                    .sample("new", at: 20 * Self.day, trail: trail), .sample("spoken of", at: 0, trail: trail),
                ],
                findings: old + [.sample("new", deployment: "spoken of", at: 20 * Self.day)],
                correlationEvents: [CorrelationEntry(findingID: "old0", time: .after(0), event: [])],
                sightings: [Sighting(kind: "image", value: "nginx", time: .after(0))]
            )
        )
        _ = try await ledger.setState(ofFindings: ["old7"], to: .closed, note: "x", author: "alice", at: .after(0))
        let forgotten = try await ledger.retain(
            Retention(days: 10, correlationDays: 5, sightingDays: 5),
            now: .after(21 * Self.day)
        )
        #expect(forgotten.findings == 700)
        #expect(forgotten.deployments == 700)
        #expect(forgotten.correlationEvents == 1)
        #expect(forgotten.sightings == 1)
        #expect(try await ledger.findings(LedgerQuery()).map(\.finding.id) == ["new"])
        #expect(try await ledger.deployments(LedgerQuery()).map(\.deployment.id) == ["new", "spoken of"])
        #expect(try await ledger.trail(ofDeployment: "new") == trail)
        #expect(try await ledger.integrityCheck() == [])
        // Numbers are not used again.
        let committed = try await ledger.commit(LedgerBatch(findings: [.sample("later")]))
        #expect(try #require(committed.newFindings.first).sequence > 701)
    }

    @Test func `open findings of high level stay longer, and those that an output has not told`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(
            LedgerBatch(findings: [
                .sample("low", level: "low"), .sample("closed", level: "critical"), .sample("open", level: "high"),
                .sample("untold", level: "high"), .sample("untold low", level: "medium"),
            ])
        )
        _ = try await ledger.setState(
            ofFindings: ["closed", "untold"],
            to: .closed,
            note: "",
            author: "alice",
            at: .after(0)
        )
        try await ledger.setOutputPosition("webhook", 3)
        try await ledger.setOutputPosition("file", 5)
        func left(_ retention: Retention) async throws -> [String] {
            _ = try await ledger.retain(retention, now: .after(50 * Self.day))
            return try await ledger.findings(afterSequence: 0, limit: 9).map(\.finding.id)
        }
        #expect(try await left(Retention(days: 40, openDays: 40)) == ["open", "untold"])
        #expect(try await left(Retention(days: 40)) == ["untold"])
        try await ledger.setOutputPosition("webhook", 5)
        #expect(try await left(Retention(days: 40)) == [])
    }

    @Test func `a ledger that is too large forgets the oldest, and gives their room back`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        for batch in 0..<10 {
            let numbers = batch * 200..<(batch + 1) * 200
            _ = try await ledger.commit(
                LedgerBatch(
                    deployments: numbers.map { .sample("d\($0)", at: Int64($0)) },
                    findings: numbers.map {
                        .sample("f\($0)", at: Int64($0), ecs: String(repeating: "x", count: 2_000))
                    }
                )
            )
        }
        let size = try await ledger.usedBytes()
        let forgotten = try await ledger.retain(Retention(bytes: size / 2), now: .after(0))
        #expect(forgotten.bytes <= size / 2)
        #expect(!forgotten.isOverSize)
        let left = try await ledger.findings(afterSequence: 0, limit: .max).map(\.finding.id)
        #expect(left == (forgotten.findings..<2_000).map { "f\($0)" })
        #expect((600..<1_400).contains(left.count), "\(left.count)")
        try ledger.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.ledger)
        let fileSize = try #require(attributes[.size] as? Int)
        #expect(fileSize < size * 6 / 10, "\(fileSize) of \(size), \(forgotten)")
    }

    @Test func `what may not be forgotten keeps a ledger over its size, and is told`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        try await ledger.setOutputPosition("dead", 0)
        let pinned = (0..<1_000).map { FindingEntry.sample("f\($0)", at: Int64($0)) }
        _ = try await ledger.commit(LedgerBatch(findings: pinned + [.sample("low", level: "low", at: 5_000)]))
        let forgotten = try await ledger.retain(Retention(bytes: 4_096), now: .after(0))
        #expect(forgotten.findings == 1)
        #expect(forgotten.isOverSize)
        #expect(try await ledger.findings(afterSequence: 0, limit: .max).count == 1_000)
    }

    @Test func `a backup made while the ledger is written holds whole batches, and is a ledger`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        try await Counting.run(ledger, to: 300)
        let backups = (0..<5).map { "\(folder.path)/backups/\($0).sqlite" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Counting.run(ledger, to: 600) }
            group.addTask {
                for backup in backups { try await ledger.backup(to: backup) }
            }
            try await group.waitForAll()
        }
        for backup in backups {
            let attributes = try FileManager.default.attributesOfItem(atPath: backup)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let copy = try Ledger(path: backup)
            #expect(try await Counting.check(copy) >= 300)
            try copy.close()
        }
        // A file that is there is never written over, and nothing half done is left.
        await #expect(throws: LedgerError.self) { try await ledger.backup(to: backups[0]) }
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/backups")
        #expect(!left.contains { $0.contains("partial") }, "\(left)")
    }

    @Test func `commits go on while the oldest is forgotten`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(findings: (0..<3_000).map { .sample("f\($0)", at: 0) }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let forgotten = try await ledger.retain(Retention(days: 1), now: .after(9 * Self.day))
                #expect(forgotten.findings == 3_000)
            }
            group.addTask {
                for number in 0..<50 {
                    _ = try await ledger.commit(LedgerBatch(findings: [.sample("n\(number)", at: 9 * Self.day)]))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledger.findings(afterSequence: 0, limit: .max).count == 50)
    }
}
