import Deployments
import Foundation
import Ledger
import Testing

/// The counts that are kept as the ledger is written are those of a recount.
@Suite struct CountsTests {
    private let folder = TemporaryFolder()
    /// Around 1970, so that times before it are among them.
    private static let hours = -150..<151

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a long sequence of commits, states and forgetting leaves the counts of a recount`(seed: UInt64) async throws {
        let ledger = try Ledger(path: folder.ledger)
        var random = RandomWriting(seed, hours: Self.hours)
        for round in 1...120 {
            _ = try await ledger.commit(random.batch())
            let known = try await ledger.findings(afterSequence: 0, limit: .max).map(\.finding.id)
            let changed = random.knownFindings(Set(known))
            if !changed.isEmpty {
                _ = try await ledger.setState(
                    ofFindings: changed,
                    to: random.state(),
                    note: "",
                    author: "alice",
                    at: .hours(0)
                )
            }
            if round % 30 == 0 { _ = try await ledger.retain(Retention(days: 8), now: .hours(150 + round / 5)) }
            if round % 50 == 0 {
                _ = try await ledger.retain(Retention(bytes: try await ledger.usedBytes() * 3 / 4), now: .hours(0))
            }
            if round % 10 == 0 { try await Recount.check(ledger, hours: Self.hours, "round \(round)") }
        }
        #expect(try await ledger.deployments(LedgerQuery()).count > 10)
        #expect(try await ledger.attention(limit: .max).count > 2)
    }

    @Test func `what is forgotten whole leaves no count behind`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        var random = RandomWriting(9, hours: Self.hours)
        for _ in 0..<20 { _ = try await ledger.commit(random.batch()) }
        _ = try await ledger.retain(Retention(days: 1), now: .hours(24 * 365))
        let counts = """
            SELECT count(*) FROM deployments; SELECT count(*) FROM findings; SELECT count(*) FROM deployments_by_hour;
            SELECT count(*) FROM findings_by_hour; SELECT count(*) FROM open_findings_by_rule
            """
        #expect(try SQLite.run(counts, on: folder.ledger) == "0\n0\n0\n0\n0\n")
        try await Recount.check(ledger, hours: Self.hours)
    }

    @Test func `a batch that is not remembered is not counted`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d1")], findings: [.sample("f1")]))
        try SQLite.run(
            "CREATE TRIGGER refuse BEFORE INSERT ON sightings BEGIN SELECT raise(ABORT, 'refused'); END",
            on: folder.ledger
        )
        let refused = LedgerBatch(
            deployments: [.sample("d2")],
            findings: [.sample("f2")],
            sightings: [Sighting(kind: "image", value: "nginx", time: .after(0))]
        )
        await #expect(throws: LedgerError.self) { try await ledger.commit(refused) }
        let overview = try await ledger.overview(since: .after(0), until: .after(0))
        #expect(overview == LedgerOverview(buckets: [], openFindings: [.high: 1], deployments: 1))
    }

    /// A statement's way with conflicts becomes that of the triggers that it sets off; theirs must stand all the same.
    @Test func `statements that others write are counted, whatever they do on a conflict`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(
            LedgerBatch(
                deployments: [.sample("d1"), .sample("d2", fields: ["deployment.route": "swarm"])],
                findings: [.sample("f1"), .sample("f2", level: "low"), .sample("f3", rule: "rule-2")]
            )
        )
        let hour = 1_795_000_000 / 3_600
        func insert(_ way: String, _ id: String, _ end: String = "") -> String {
            """
            \(way) INTO findings (id, rule_id, rule_title, level, at, received_at, "group", sentence, fields, ecs)
            VALUES ('\(id)', 'rule-1', 'Title of rule-1', 3, 1795000000000000, 0, '', '', x'7b7d', x'7b7d') \(end)
            """
        }
        for sql in [
            insert("INSERT OR IGNORE", "f1"), insert("INSERT OR IGNORE", "f4"), insert("INSERT OR ABORT", "f5"),
            insert("INSERT", "f1", "ON CONFLICT (id) DO UPDATE SET level = 4, at = at + 3600000000"),
            insert("INSERT", "f6", "ON CONFLICT DO NOTHING"), insert("INSERT", "f6", "ON CONFLICT DO NOTHING"),
            "UPDATE OR IGNORE findings SET at = at - 3600000000, level = 0 WHERE id = 'f2'",
            "UPDATE OR REPLACE findings SET rule_id = 'rule-3', state = 2 WHERE id = 'f4'",
            "UPDATE OR FAIL findings SET rule_id = 'rule-2', state = 0 WHERE id IN ('f4', 'f5')",
            "UPDATE deployments SET route = 'nomad' WHERE id = 'd1'",
            "UPDATE deployments SET route = NULL, at = at + 1 WHERE id = 'd2'",
            // REPLACE deletes with triggers only so.
            "PRAGMA recursive_triggers = ON;" + insert("INSERT OR REPLACE", "f3"),
        ] {
            try SQLite.run(sql, on: folder.ledger)
            // Routes are not those that the entries have.
            let counted = try SQLite.run("SELECT hour, level, count FROM findings_by_hour", on: folder.ledger)
            let there = "SELECT at / 3600000000, level, count(*) FROM findings GROUP BY 1, 2"
            #expect(try counted == SQLite.run(there, on: folder.ledger), "\(sql)")
            #expect(try await ledger.attention(limit: .max) == Recount(ledger).attention, "\(sql)")
        }
        #expect(
            try SQLite.run("SELECT hour - \(hour), route, count FROM deployments_by_hour", on: folder.ledger)
                == "0||1\n0|nomad|1\n"
        )
        try SQLite.run("DELETE FROM deployments", on: folder.ledger)
        #expect(try SQLite.run("SELECT count(*) FROM deployments_by_hour", on: folder.ledger) == "0\n")
    }

    @Test func `counts that somebody has made wrong are told by the check`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d1")], findings: [.sample("f1")]))
        #expect(try await ledger.integrityCheck() == [])
        try SQLite.run("UPDATE deployments_by_hour SET count = 7; DELETE FROM open_findings_by_rule", on: folder.ledger)
        #expect(
            try await ledger.integrityCheck() == [
                "2 counts of deployments_by_hour are not what a recount gives",
                "1 counts of open_findings_by_rule are not what a recount gives",
            ]
        )
    }

    @Test func `what a ledger of version 2 holds is counted when it is opened`() async throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        // Two more of each, before 1970; one of the findings is closed.
        let more = """
            INSERT INTO deployments (id, at, received_at, route, fields, join_keys, ecs, record)
            SELECT 'old' || id, -1, 0, iif(number = 1, route, NULL), '{}', '[]', ecs, record FROM deployments;
            INSERT INTO findings (id, rule_id, rule_title, level, state, at, received_at, "group", sentence, fields, ecs)
            SELECT 'old' || id, rule_id, rule_title, 0, sequence - 2, -3600000001, 0, '', '', fields, ecs FROM findings
            WHERE sequence > 1
            """
        try SQLite.run(LedgerFixtures.version2 + more, on: folder.ledger)
        let ledger = try Ledger(path: folder.ledger)
        let old = try await ledger.overview(since: .hours(-2), until: .hours(0))
        #expect(
            old
                == LedgerOverview(
                    buckets: [
                        .init(since: .hours(-2), until: .hours(-1), findings: [.informational: 2]),
                        .init(since: .hours(-1), until: .hours(0), deployments: ["": 1, "kubernetes-api": 1]),
                    ],
                    openFindings: [.informational: 1, .low: 1, .critical: 1],
                    deployments: 4
                )
        )
        let new = try await ledger.overview(since: .after(0), until: .after(20), step: 24)
        #expect(new.buckets.map(\.deployments) == [["kubernetes-api": 1, "docker-api": 1]])
        #expect(new.buckets.map(\.findings) == [[.low: 1, .high: 1, .critical: 1]])
        #expect(try await ledger.attention(limit: .max) == Recount(ledger).attention)
        // And they are kept from there on.
        _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d1", at: -1_795_000_000)]))
        let later = try await ledger.overview(since: .hours(0), until: .hours(1))
        #expect(later.buckets.map(\.deployments) == [["": 1]])
        #expect(later.deployments == 4)
        #expect(try await ledger.integrityCheck() == [])
    }
}
