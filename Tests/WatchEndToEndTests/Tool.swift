import Foundation
import ProcessTesting

/// Other programs that the tests ask.
enum Tool {
    struct Result {
        var status: Int32
        var output: String
    }

    /// Whether a program is there; where it is not, `Scripts/setup tests` brings it.
    static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Runs a program to its end.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> Result {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return Result(status: process.untilEnd(), output: String(decoding: output, as: UTF8.self))
    }
}

extension Watcher {
    /// Asks the ledger by `sqlite3`, which answers in milliseconds, and without the code that is tested.
    ///
    /// - Returns: rows, each by its columns' texts; none while the ledger is not there yet.
    func rows(_ sql: String) throws -> [[String]] {
        let result = try Tool.run(
            "/usr/bin/sqlite3",
            ["-readonly", "-separator", "\u{1F}", "-cmd", ".timeout 5000", path(ledger), sql]
        )
        return result.output.split(separator: "\n").map { row in
            row.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// A number that the program measures, where `metrics` is the socket `metrics.sock`; nil while nobody answers.
    func metric(_ name: String) throws -> Double? {
        let page = try Tool.run(
            "/usr/bin/curl",
            ["--silent", "--max-time", "5", "--unix-socket", path("metrics.sock"), "http://localhost/metrics"]
        )
        let line = page.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// The objects in the file of an output, and how many lines are none.
    func told(_ name: String = "told.jsonl") -> (objects: [[String: Any]], broken: Int) {
        let text = (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n")
        let objects = lines.compactMap { line in
            try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
        return (objects, lines.count - objects.count)
    }

    /// The ids in the file of an output, in the order in which they were told.
    func toldIDs(_ name: String = "told.jsonl") -> [String] {
        told(name).objects.compactMap {
            (($0["tidewaiter"] as? [String: Any])?["finding"] as? [String: Any])?["id"] as? String
        }
    }
}
