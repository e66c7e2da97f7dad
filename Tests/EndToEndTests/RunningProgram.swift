import Foundation

/// The built binary or another program, running until the test is done with it.
final class RunningProgram {
    let folder: Folder
    private let process = Process()

    /// Starts it with what it says kept in `folder`.
    init(
        _ arguments: [String],
        of executable: URL = Binary.url,
        in folder: Folder,
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        for name in ["out", "err"] { try folder.write([], as: name) }
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path("out")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path("err")))
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Its exit status, once it ends.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    var isRunning: Bool { process.isRunning }

    /// What it has said so far.
    var messages: String { (try? String(contentsOfFile: folder.path("err"), encoding: .utf8)) ?? "" }

    /// Waits until it says `text`; whether it did.
    func says(_ text: String) -> Bool {
        for _ in 0..<1_000 {
            if messages.contains(text) { return true }
            guard process.isRunning else { break }
            usleep(10_000)
        }
        return messages.contains(text)
    }
}
