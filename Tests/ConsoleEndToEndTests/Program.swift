import Foundation
import ProcessTesting

/// A program that runs or ran; what it says goes to files, so that no pipe can fill up.
final class Program {
    private let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-run-\(UUID().uuidString)")

    /// Starts it.
    init(_ path: String, _ arguments: [String]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["out", "err"] { try Data().write(to: folder.appending(path: name)) }
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
        try process.run()
    }

    deinit {
        // First gently: a program that has a browser open closes it.
        if !hasEnded { kill(process.processIdentifier, SIGTERM) }
        for _ in 0..<100 where !hasEnded { usleep(100_000) }
        if !hasEnded { kill(process.processIdentifier, SIGKILL) }
        process.untilEnd()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The built program with such arguments.
    static func tidewaiter(_ arguments: [String]) throws -> Program {
        let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter")
        return try Program(built.path, arguments)
    }

    /// The folder that the whole project is in.
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    // MARK: What became of it

    var hasEnded: Bool { process.hasEnded }
    var output: Data { (try? Data(contentsOf: folder.appending(path: "out"))) ?? Data() }
    var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }
    var errors: String {
        String(decoding: (try? Data(contentsOf: folder.appending(path: "err"))) ?? Data(), as: UTF8.self)
    }

    /// The address that it says its console is at; nil while it says none.
    var address: String? { errors.firstMatch(of: #/http:\/\/127\.0\.0\.1:[0-9]+/#).map { String($0.output) } }

    /// Waits until it has ended; its exit status.
    func untilEnd() -> Int32 { process.untilEnd() }

    func interrupt() { kill(process.processIdentifier, SIGTERM) }

    /// Waits until it has ended by itself.
    ///
    /// - Returns: its exit status; nil where it takes longer.
    func status(within seconds: Double) async throws -> Int32? {
        guard try await eventually(within: seconds, { hasEnded }) else { return nil }
        return untilEnd()
    }
}

/// Asks again and again whether something has come about.
func eventually(within seconds: Double = 30, _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return try await condition()
}
