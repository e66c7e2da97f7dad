import Foundation
import ProcessTesting
import Testing

/// This test program, run again for one test of it in a process of its own: one that can be killed, or that sees a disk
/// of its own.
struct ChildProcess {
    /// Names the ledger to the test that is run in the child, which is left out everywhere else.
    static let variable = "LEDGER_TESTS_CHILD_PATH"
    static var ledger: String? { ProcessInfo.processInfo.environment[variable] }

    private let process = Process()
    private let output = Pipe()

    /// - Parameters:
    ///   - test: the name of the test's function.
    ///   - command: what runs the program, as `unshare` does.
    init(test: String, ledger: String, command: [String] = []) throws {
        let arguments =
            command + [CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter", test]
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: ledger]) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    /// Waits for a line that has `text` in it; false where the process ends without.
    func waitForLine(_ text: String) -> Bool {
        var seen = Data()
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            seen += byte
            if seen.last == 10 {
                if String(decoding: seen, as: UTF8.self).contains(text) { return true }
                seen.removeAll()
            }
        }
        return false
    }

    /// Ends it without a warning.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.untilEnd()
    }

    /// What it said, and its exit status.
    func end() throws -> (text: String, status: Int32) {
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        return (text, process.untilEnd())
    }
}
