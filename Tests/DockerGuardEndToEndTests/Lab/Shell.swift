import Foundation

/// A command that ran to its end.
struct Finished {
    var status: Int32
    var output: String
    var errors: String
    /// Whether it had to be killed because it took too long.
    var isLate: Bool
}

/// A command that runs; its output goes to files, so that no pipe can fill up.
final class Running: Sendable {
    let process = Process()
    private let folder: URL
    private let input = Pipe()

    /// - Parameter input: what it reads from standard input; nil leaves that open for ``write(_:)``.
    init(
        _ command: [String],
        environment: [String: String] = [:],
        directory: String? = nil,
        input: [UInt8]? = []
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        try Data(input ?? []).write(to: folder.appending(path: "in"))
        for name in ["out", "err"] { try Data().write(to: folder.appending(path: name)) }
        process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
        if input == nil {
            process.standardInput = self.input
        } else {
            process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
        }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var output: String { text("out") }
    var errors: String { text("err") }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
    }

    func write(_ text: String) { input.fileHandleForWriting.write(Data(text.utf8)) }
    func closeInput() { try? input.fileHandleForWriting.close() }

    /// Waits until the output holds something.
    func waitFor(_ text: String, within seconds: Double = 10) -> Bool {
        eventually(within: seconds) { self.output.contains(text) }
    }

    /// Waits for its end, which is brought about when it takes too long.
    func finish(within seconds: Double = 60) -> Finished {
        let isLate = !eventually(within: seconds) { !self.process.isRunning }
        if isLate { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        return Finished(status: process.terminationStatus, output: output, errors: errors, isLate: isLate)
    }
}

/// Runs a command to its end.
@discardableResult
func run(
    _ command: [String],
    environment: [String: String] = [:],
    directory: String? = nil,
    input: [UInt8] = [],
    within seconds: Double = 60
) throws -> Finished {
    try Running(command, environment: environment, directory: directory, input: input).finish(within: seconds)
}

/// Asks again and again whether something has come about.
func eventually(within seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}
