import Foundation
import ProcessTesting
import Testing

/// Where nothing can be written any more: the source waits, people are told, and nothing is missing in the end.
@Suite(.enabled(if: Tool.isThere("/usr/bin/sqlite3"), "sqlite3 is missing: Scripts/setup tests"))
struct FullDiskTests {
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small tmpfs is not permitted here"))
    func `a full disk under the ledger stops intake until there is room, and nothing is lost`() async throws {
        let traffic = Traffic.short()
        let expected = try await FollowedTraffic.undisturbed(traffic)

        let followed = try FollowedTraffic(traffic, ledger: "disk/ledger.sqlite")
        let watcher = followed.watcher
        let disk = try SmallDisk(at: watcher.path("disk"), mebibytes: 32)
        try watcher.start()
        try await followed.follow(0..<3)
        #expect(try await followed.daemonIsRead())
        #expect(try await isWithoutLog(watcher))
        try disk.fill()
        try followed.write(3)
        let isTold = try await watcher.holds {
            watcher.messages.contains("the ledger cannot be written to, so that nothing is taken in until it can")
        }
        #expect(isTold, "\(watcher.messages)")
        #expect(watcher.messages.contains("disk/ledger.sqlite: the disk is full"), "\(watcher.messages)")
        #expect(try watcher.metric("tidewaiter_ledger_writable") == 0)
        #expect(try await watcher.holds { try watcher.metric("tidewaiter_ledger_failures_total") ?? 0 >= 3 })
        #expect(try !followed.isRead(.audit))
        #expect(watcher.isRunning)

        try disk.makeRoom()
        try await followed.follow(4..<6)
        #expect(watcher.messages.contains("the ledger is written to again; nothing was lost"), "\(watcher.messages)")
        #expect(try watcher.metric("tidewaiter_ledger_writable") == 1)

        // The same again, and killed while there is no room.
        #expect(try await followed.daemonIsRead())
        #expect(try await isWithoutLog(watcher))
        try disk.fill()
        try followed.write(6)
        let isToldAgain = try await watcher.holds {
            watcher.messages.components(separatedBy: "nothing is taken in until it can").count == 3
        }
        #expect(isToldAgain, "\(watcher.messages)")
        watcher.kill9()
        try disk.makeRoom()
        try watcher.start()
        try await followed.follow(7..<traffic.rounds)
        try await followed.end().expectSame(as: expected)
    }

    /// Has SQLite's write-ahead log be empty, which would have room for a while.
    private func isWithoutLog(_ watcher: Watcher) async throws -> Bool {
        try await watcher.holds {
            let ledger = watcher.path(watcher.ledger)
            try Tool.run("/usr/bin/sqlite3", [ledger, "PRAGMA wal_checkpoint(TRUNCATE)"])
            return try FileManager.default.attributesOfItem(atPath: ledger + "-wal")[.size] as? Int == 0
        }
    }

    @Test func `a ledger that another process locks stops intake until it lets go`() async throws {
        let traffic = Traffic.short()
        let expected = try await FollowedTraffic.undisturbed(traffic)

        let followed = try FollowedTraffic(traffic)
        let watcher = followed.watcher
        try watcher.start()
        try await followed.follow(0..<3)
        #expect(try await followed.daemonIsRead())
        let lock = try LedgerLock(of: watcher.path("ledger.sqlite"))
        try followed.write(3)
        let isTold = try await watcher.holds {
            watcher.messages.contains("ledger.sqlite: another process holds the ledger's lock")
        }
        #expect(isTold, "\(watcher.messages)")
        #expect(try watcher.metric("tidewaiter_ledger_writable") == 0)
        #expect(try !followed.isRead(.audit))
        // Whoever asks is answered meanwhile.
        #expect(try !watcher.findingIDs().isEmpty)

        try lock.release()
        try await followed.follow(4..<traffic.rounds)
        let outcome = try await followed.end()
        #expect(watcher.messages.contains("the ledger is written to again; nothing was lost"), "\(watcher.messages)")
        outcome.expectSame(as: expected)
        #expect(Set(outcome.told) == Set(expected.findings.keys))
        #expect(outcome.told.count == expected.findings.count)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small tmpfs is not permitted here"))
    func `a full disk under an output's file holds up that output alone, which tells all once there is room`()
        async throws
    {
        let traffic = Traffic.short()
        let followed = try FollowedTraffic(traffic, told: "disk/told.jsonl")
        let watcher = followed.watcher
        let disk = try SmallDisk(at: watcher.path("disk"), mebibytes: 16)
        try watcher.start()
        try await followed.follow(0..<2)
        #expect(try await watcher.holds { !watcher.toldIDs("disk/told.jsonl").isEmpty })
        try disk.fill()
        // It finds all of it all the same.
        try await followed.follow(2..<traffic.rounds)
        #expect(try await followed.isDone(), "\(watcher.messages)")
        #expect(
            watcher.messages.contains("told.jsonl cannot be written: No space left on device"),
            "\(watcher.messages)"
        )
        let all = try watcher.rows("SELECT id FROM findings ORDER BY sequence").map { $0[0] }
        #expect(watcher.toldIDs("disk/told.jsonl").count < all.count)

        try disk.makeRoom()
        let outcome = try await followed.end(told: "disk/told.jsonl")
        #expect(watcher.messages.contains("file: goes on"), "\(watcher.messages)")
        #expect(outcome.told == all)
        #expect(outcome.broken == 0)
    }
}

/// Another process that holds a ledger's lock, as a backup by hand may.
final class LedgerLock {
    private let process = Process()
    private let input = Pipe()

    init(of path: String) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/sqlite3")
        process.arguments = ["-cmd", ".timeout 10000", path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE; SELECT 'held';\n".utf8))
        guard try output.fileHandleForReading.read(upToCount: 4) == Data("held".utf8) else {
            throw CocoaError(.fileLocking)
        }
    }

    deinit { if !process.hasEnded { kill(process.processIdentifier, SIGTERM) } }

    func release() throws {
        try input.fileHandleForWriting.close()
        process.untilEnd()
    }
}
