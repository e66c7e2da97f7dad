import Foundation
import Ledger
import ProcessTesting
import Testing

@Suite struct TroubleTests {
    private let folder = TemporaryFolder()

    @Test(.enabled(if: SQLite.isThere, "sqlite3 is missing: Scripts/setup tests"))
    func `a lock of another process is waited for, told, and no reason to give up`() async throws {
        var options = LedgerOptions()
        options.patience = 0.1
        let ledger = try Ledger(path: folder.ledger, options: options)
        _ = try await ledger.commit(Counting.batch(1))
        let holder = try SQLite.holdingLock(of: folder.ledger)
        do {
            _ = try await ledger.commit(Counting.batch(2))
            Issue.record("it was committed")
        } catch {
            #expect(error.reason == .locked)
            #expect(error.isTransient)
        }
        // Reading goes on.
        #expect(try await ledger.newestSequence() == 1)
        try holder.close()
        _ = try await ledger.commit(Counting.batch(2))
        #expect(try await Counting.check(ledger) == 2)
    }

    private static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        return process.untilEnd() == 0
    }()

    @Test(.enabled(if: canMount, "mounting a small tmpfs is not permitted here"))
    func `a full disk stops commits, and they go on once there is room`() throws {
        let command = [
            "unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=4m tmpfs \"$0\" && exec \"$@\"", folder.path,
        ]
        let child = try ChildProcess(test: "commitsOnAFullDisk", ledger: folder.ledger, command: command)
        let (text, status) = try child.end()
        #expect(status == 0, "\(text)")
        #expect(text.contains("went on"), "\(text)")
    }

    /// The child of the test above.
    @Test(.enabled(if: ChildProcess.ledger != nil)) func commitsOnAFullDisk() async throws {
        let path = try #require(ChildProcess.ledger)
        let ledger = try Ledger(path: path)
        try await Counting.run(ledger, to: 20)
        let ballast = URL(filePath: path).deletingLastPathComponent().appending(path: "ballast")
        // All that is left, and so nothing for the log to grow into.
        _ = FileManager.default.createFile(atPath: ballast.path, contents: nil)
        let file = try FileHandle(forWritingTo: ballast)
        while (try? file.write(contentsOf: Data(repeating: 1, count: 512))) != nil {}
        try file.close()
        do {
            try await Counting.run(ledger, to: 10_000)
            Issue.record("the disk did not fill up")
        } catch let error as LedgerError {
            #expect(error.reason == .full)
            #expect(error.isTransient)
            #expect(error.description.contains("the disk is full"))
        }
        let stopped = try await Counting.check(ledger)
        // It stays so, and nothing is half remembered.
        await #expect(throws: LedgerError.self) { try await ledger.commit(Counting.batch(stopped + 1)) }
        try FileManager.default.removeItem(at: ballast)
        try await Counting.run(ledger, to: stopped + 20)
        #expect(try await Counting.check(ledger) == stopped + 20)
        try ledger.close()
        try FileHandle.standardOutput.write(contentsOf: Data("\nwent on\n".utf8))
    }

    @Test func `a closed ledger says so`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        try ledger.close()
        await #expect(throws: LedgerError.self) { try await ledger.newestSequence() }
        await #expect(throws: LedgerError.self) { try await ledger.commit(Counting.batch(1)) }
    }
}
