import Foundation

/// Programs that tests run beside the sources.
enum Commands {
    struct Finished {
        var status: Int32
        var output: String
        var errors: String
    }

    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func have(_ names: String...) -> Bool {
        names.allSatisfy { name in
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
                .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
    }

    /// Begins a command; its output goes to files, so that no pipe can fill up.
    static func start(_ command: [String], input: String? = nil, in folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let name = "\(folder)/run-\(UUID().uuidString)"
        for end in ["in", "out", "err"] {
            try Data((end == "in" ? input ?? "" : "").utf8).write(to: URL(filePath: "\(name).\(end)"))
        }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: "\(name).in"))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(name).out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(name).err"))
        process.environment = ProcessInfo.processInfo.environment.merging(["TIDEWAITER_RUN": name]) { $1 }
        try process.run()
        return process
    }

    /// Runs a command to its end, without holding up a thread.
    @discardableResult
    static func run(
        _ command: [String],
        input: String? = nil,
        in folder: String,
        within seconds: Int = 60
    ) async throws -> Finished {
        let process = try start(command, input: input, in: folder)
        do {
            try await eventually("the end of \(command.prefix(3))", within: seconds) { !process.isRunning }
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw error
        }
        let name = process.environment?["TIDEWAITER_RUN"] ?? ""
        func text(_ end: String) -> String {
            (try? Data(contentsOf: URL(filePath: "\(name).\(end)"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        return Finished(status: process.terminationStatus, output: text("out"), errors: text("err"))
    }

    /// A TCP port that nobody listens on.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Untimely(description: "there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// A folder of a test's own, which goes with it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        // Short, because a Unix socket's path must be.
        path = "/tmp/tw-live-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
