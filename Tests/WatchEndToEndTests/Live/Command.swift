import Foundation
import ProcessTesting

/// A command that runs or ran; its output goes to files, so that no pipe can fill up.
final class Command: Sendable {
    private let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-run-\(UUID().uuidString)")

    /// Starts it.
    ///
    /// - Parameter output: the file that its output is added to; nil for one of its own.
    init(_ words: [String], output: String? = nil, environment: [String: String] = [:]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let out = output.map { URL(filePath: $0) } ?? folder.appending(path: "out")
        for file in [out, folder.appending(path: "err")] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
        try process.run()
    }

    deinit {
        if !process.hasEnded { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var isRunning: Bool { !process.hasEnded }
    var output: String { text("out") }
    var errors: String { text("err") }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
    }

    /// Asks it to end, and waits until it has.
    func end() {
        if !process.hasEnded { kill(process.processIdentifier, SIGTERM) }
        process.untilEnd()
    }

    /// Runs a command to its end; one that takes more than a minute is killed.
    ///
    /// - Throws: ``Failed`` unless it ended with 0.
    @discardableResult
    static func run(_ words: [String], environment: [String: String] = [:]) async throws -> String {
        let command = try Command(words, environment: environment)
        let isDone = try await eventually(within: 60) { command.process.hasEnded }
        guard isDone, command.process.untilEnd() == 0 else {
            throw Failed("\(words.joined(separator: " ")): \(command.errors) \(command.output)")
        }
        return command.output
    }

    /// Whether all of some programs are in the path.
    static func areThere(_ names: [String]) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return names.allSatisfy { name in
            folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
    }

    struct Failed: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }
}

/// Asks again and again whether something has come about.
func eventually(within seconds: Double = 30, _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return try await condition()
}
