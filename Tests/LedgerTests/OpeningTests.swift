import Deployments
import Foundation
import Ledger
import Testing

@Suite struct OpeningTests {
    private let folder = TemporaryFolder()

    private func reason(_ body: () throws -> Void) -> LedgerError.Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? LedgerError)?.reason
        }
    }

    private func open(_ access: LedgerOptions.Access) throws -> Ledger {
        try Ledger(path: folder.ledger, options: LedgerOptions(access))
    }

    @Test func `a ledger and its folder are made for their owner alone`() throws {
        let ledger = try open(.watching)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode("\(folder.path)/state") == 0o700)
        for suffix in ["", "-wal", "-shm", "-watch"] { #expect(try mode(folder.ledger + suffix) == 0o600, "\(suffix)") }
        try ledger.close()
    }

    @Test func `a ledger that is not there is made by nobody who only asks`() {
        #expect(reason { _ = try open(.reading) } == .missing)
        #expect(reason { _ = try open(.editing) } == .missing)
        #expect(!FileManager.default.fileExists(atPath: folder.ledger))
    }

    @Test func `a second watcher is told who the first is, and others go on reading and noting`() async throws {
        let ledger = try open(.watching)
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("f1")]))
        do {
            _ = try open(.watching)
            Issue.record("it was opened")
        } catch let error as LedgerError {
            #expect(error.reason == .inUse)
            #expect(error.description.contains("process \(ProcessInfo.processInfo.processIdentifier) already watches"))
        }
        #expect(try await open(.reading).newestSequence() == 1)
        let changes = try await open(.editing).setState(
            ofFindings: ["f1"],
            to: .closed,
            note: "",
            author: "alice",
            at: .after(9)
        )
        #expect(changes == [FindingChange(id: "f1", before: .open, after: .closed)])
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("f2")]))
        try ledger.close()
        try open(.watching).close()
    }

    @Test func `a ledger of a newer version is refused by everybody`() throws {
        try open(.watching).close()
        try SQLite.run("PRAGMA user_version = 99", on: folder.ledger)
        for access in [LedgerOptions.Access.watching, .editing, .reading] {
            #expect(reason { _ = try open(access) } == .newer)
        }
    }

    @Test func `a database that is no ledger is left alone`() throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        try SQLite.run("CREATE TABLE mine (a)", on: folder.ledger)
        #expect(reason { _ = try open(.watching) } == .foreign)
        #expect(try SQLite.run("SELECT name FROM sqlite_schema", on: folder.ledger) == "mine\n")
    }

    @Test func `a file that is no database is left alone`() throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        let text = String(repeating: "not a database\n", count: 100)
        try text.write(toFile: folder.ledger, atomically: false, encoding: .utf8)
        #expect(reason { _ = try open(.watching) } == .corrupt)
        #expect(try String(contentsOfFile: folder.ledger, encoding: .utf8) == text)
    }

    @Test func `a damaged ledger is found out when watching begins, and said what to do with`() async throws {
        let ledger = try open(.watching)
        for batch in 0..<5 {
            let findings = (0..<200).map { FindingEntry.sample("f\(batch * 200 + $0)", rule: "r\($0)") }
            _ = try await ledger.commit(LedgerBatch(findings: findings))
        }
        try ledger.close()
        let file = try FileHandle(forUpdating: URL(filePath: folder.ledger))
        // Behind the pages of the schema.
        try file.seek(toOffset: 60 * 4_096)
        try file.write(contentsOf: Data(repeating: 0xAB, count: 20 * 4_096))
        try file.close()
        do {
            _ = try open(.watching)
            Issue.record("it was opened")
        } catch let error as LedgerError {
            #expect(error.reason == .corrupt)
            #expect(!error.isTransient)
            #expect(error.description.contains("newest backup"))
        }
        #expect(try await !open(.reading).integrityCheck().isEmpty)
    }

    @Test func `a ledger says what it is`() throws {
        try open(.watching).close()
        let facts = try SQLite.run(
            "PRAGMA application_id; PRAGMA user_version; PRAGMA auto_vacuum; PRAGMA journal_mode",
            on: folder.ledger
        )
        #expect(facts == "1417104487\n3\n2\nwal\n")
    }

    @Test func `a ledger of version 1 holds what it held`() async throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        try SQLite.run(LedgerFixtures.version1, on: folder.ledger)
        let ledger = try open(.watching)
        let findings = try await ledger.findings(LedgerQuery())
        #expect(findings.map(\.finding.id) == ["77c000000002", "3fb000000001", "3fa91c0274be"])
        #expect(findings.map(\.state) == [.open, .open, .acknowledged])
        #expect(findings.last?.finding.fields["user.name"] == "mallory")
        let details = try await ledger.details(ofFinding: "3fa9")
        #expect(details.notes.map(\.text) == ["asked the owner"])
        #expect(details.deployment?.trail.map(\.offset) == [7, nil])
        #expect(
            try await ledger.streams(of: "audit") == [
                StreamEntry(
                    source: "audit",
                    stream: "audit",
                    cursor: "9",
                    checkpoint: StreamEntry.Checkpoint(cursor: "5", memory: [1, 2]),
                    recordsSince: 2
                )
            ]
        )
        #expect(try await ledger.outputPosition("webhook") == 1)
        #expect(try await ledger.integrityCheck() == [])
        // What is new in it now is not what is new in version 1.
        let made = try Ledger(path: "\(folder.path)/other/ledger.sqlite")
        try made.close()
        let schema = "SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        #expect(try SQLite.run(schema, on: folder.ledger) == SQLite.run(schema, on: made.path))
    }
}
