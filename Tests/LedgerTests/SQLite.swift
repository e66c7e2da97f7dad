import Foundation
import ProcessTesting
import Testing

/// The `sqlite3` command line client: looks at a ledger without the code that is tested.
enum SQLite {
    struct Failure: Error { var text: String }

    /// Whether it is there; the tests that need it are left out, aloud, otherwise.
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: path) }
    private static let path = "/usr/bin/sqlite3"

    /// Runs statements; what they tell comes back, a row a line.
    @discardableResult
    static func run(_ sql: String, on database: String) throws -> String {
        guard isThere else { throw Failure(text: "sqlite3 is missing: Scripts/setup tests") }
        let process = Process()
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.executableURL = URL(filePath: path)
        process.arguments = ["-bail", "-batch", database]
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(sql.utf8 + Array(";\n".utf8)))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        guard process.untilEnd() == 0 else { throw Failure(text: String(decoding: complaint, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self)
    }
}

extension SQLite {
    /// Another process that has the lock of a database until it is closed.
    final class Holder {
        private let process = Process()
        private let input = Pipe()

        fileprivate init(_ executable: String, _ database: String) throws {
            let output = Pipe()
            process.executableURL = URL(filePath: executable)
            process.arguments = ["-bail", "-batch", database]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE;\nSELECT 'held';\n".utf8))
            guard try output.fileHandleForReading.read(upToCount: 4) == Data("held".utf8) else {
                throw Failure(text: "the lock was not to be had")
            }
        }

        func close() throws {
            try input.fileHandleForWriting.close()
            process.untilEnd()
        }
    }

    static func holdingLock(of database: String) throws -> Holder { try Holder(path, database) }
}
