import Foundation

/// The openssl command, with a folder for its files.
final class OpenSSL {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ bytes: [UInt8], as name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    /// What it says, and whether it was content.
    func run(_ arguments: String...) throws -> (text: String, isContent: Bool) {
        let said = folder.appending(path: "said")
        try Data().write(to: said)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = try FileHandle(forWritingTo: said)
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        return (try String(contentsOf: said, encoding: .utf8), process.terminationStatus == 0)
    }
}
