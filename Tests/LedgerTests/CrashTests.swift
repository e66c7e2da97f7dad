import Foundation
import Ledger
import Testing

@Suite struct CrashTests {
    private let folder = TemporaryFolder()

    @Test func `killed at any moment, the ledger holds whole batches up to its cursor`() async throws {
        var random = SeededGenerator(1)
        var last = 0
        for _ in 0..<25 {
            let child = try ChildProcess(test: "commitsUntilItIsKilled", ledger: folder.ledger)
            guard child.waitForLine("committing") else {
                child.kill()
                Issue.record("the child did not begin: \(try child.end().text)")
                return
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...150, using: &random)))
            child.kill()
            let ledger = try Ledger(path: folder.ledger)
            let count = try await Counting.check(ledger)
            #expect(count >= last)
            last = count
            try ledger.close()
        }
        #expect(last > 25, "it came to \(last)")
    }

    /// The child of the test above.
    @Test(.enabled(if: ChildProcess.ledger != nil)) func commitsUntilItIsKilled() async throws {
        let ledger = try Ledger(path: #require(ChildProcess.ledger))
        try FileHandle.standardOutput.write(contentsOf: Data("\ncommitting\n".utf8))
        try await Counting.run(ledger)
    }

    @Test func `whatever part of the log reached the disk, the ledger holds whole batches up to its cursor`()
        async throws
    {
        let ledger = try Ledger(path: folder.ledger)
        // Fewer than fill the log, which begins anew then.
        try await Counting.run(ledger, to: 40)
        let files = try ["", "-wal"].map { try Data(contentsOf: URL(filePath: folder.ledger + $0)) }
        #expect(files[1].count > 40 * 4_096)
        var random = SeededGenerator(2)
        var counts: Set<Int> = []
        for index in 0..<40 {
            let cut = Int.random(in: 0...files[1].count, using: &random)
            let path = "\(folder.path)/cut-\(index)/ledger.sqlite"
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/cut-\(index)",
                withIntermediateDirectories: true
            )
            try files[0].write(to: URL(filePath: path))
            try files[1].prefix(cut).write(to: URL(filePath: path + "-wal"))
            let cutLedger = try Ledger(path: path)
            counts.insert(try await Counting.check(cutLedger))
            try await Counting.run(cutLedger, to: 41)
            #expect(try await Counting.check(cutLedger) == 41)
            try cutLedger.close()
        }
        #expect(counts.count > 10, "\(counts.sorted())")
        try ledger.close()
    }
}
