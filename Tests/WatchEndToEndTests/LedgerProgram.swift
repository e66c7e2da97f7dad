import Foundation
import ProcessTesting

/// The built program over a ledger that a test has made.
final class LedgerProgram {
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-ledger-\(UUID().uuidString)")
    var ledger: String { folder.appending(path: "ledger.sqlite").path }

    /// A folder with the ledger of version 1 that stands in Fixtures, by the `sqlite3` command line client.
    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/ledger-1.sql")
        let result = try run("/usr/bin/sqlite3", ["-bail", ledger, ".read \(fixture.path)"], [:])
        guard result.status == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs `tidewaiter` with `$TIDEWAITER_LEDGER` as the ledger.
    func tidewaiter(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter")
        return try run(program.path, arguments, ["TIDEWAITER_LEDGER": ledger].merging(environment) { $1 })
    }

    private func run(_ program: String, _ arguments: [String], _ environment: [String: String]) throws -> Result {
        let process = Process()
        // Through files, so that no pipe can fill up.
        let files = ["out", "err"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        let status = process.untilEnd()
        let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        return Result(status: status, output: texts[0], errors: texts[1])
    }
}
