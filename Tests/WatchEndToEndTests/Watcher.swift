import Foundation

/// A folder with a configuration, logs and a ledger, and the built program that watches them.
final class Watcher {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-watch-\(UUID().uuidString)")
    private var process: Process?
    /// A command that the program is run by, such as one that enters another network.
    var wrapper: [String] = []

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    static var program: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter")
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Writes the configuration, with the ledger in the folder.
    func configure(_ sources: String, outputs: String = "[]", more: String = "") throws {
        let text = "ledger: {path: \(path("ledger.sqlite"))}\n\(more)\nsources:\n\(sources)\noutputs: \(outputs)\n"
        try Data(text.utf8).write(to: folder.appending(path: "watch.yml"))
    }

    /// Adds to the end of a log, which is made where there is none.
    func append(_ text: String, to name: String) throws {
        let url = folder.appending(path: name)
        if !FileManager.default.fileExists(atPath: url.path) {
            try Data().write(to: url)
        }
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    // MARK: Running

    func start() throws {
        for name in ["out", "err"] where !FileManager.default.fileExists(atPath: path(name)) {
            try Data().write(to: folder.appending(path: name))
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = wrapper + [Self.program.path, "watch", "--config", path("watch.yml")]
        process.standardInput = FileHandle.nullDevice
        let output = try FileHandle(forWritingTo: URL(filePath: path("out")))
        try output.seekToEnd()
        process.standardOutput = output
        let errors = try FileHandle(forWritingTo: URL(filePath: path("err")))
        try errors.seekToEnd()
        process.standardError = errors
        try process.run()
        self.process = process
    }

    /// Kills it at once.
    func kill9() {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Stops it; its exit status.
    func stop() -> Int32 {
        guard let process else { return -1 }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    var isRunning: Bool { process?.isRunning ?? false }

    /// What it said so far.
    var messages: String { (try? String(contentsOfFile: path("err"), encoding: .utf8)) ?? "" }

    var output: String { (try? String(contentsOfFile: path("out"), encoding: .utf8)) ?? "" }

    // MARK: Asking

    /// Runs another command to its end and gives what it wrote.
    func ask(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        let name = "asked-\(UUID().uuidString)"
        try Data().write(to: folder.appending(path: name))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path(name)))
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// The findings in the ledger, each a JSON object.
    func findings() throws -> [[String: Any]] {
        try objects(["findings", "--ledger", path("ledger.sqlite"), "--format", "json", "--limit", "100000"])
    }

    func deployments() throws -> [[String: Any]] {
        try objects(["deployments", "--ledger", path("ledger.sqlite"), "--format", "json", "--limit", "100000"])
    }

    private func objects(_ arguments: [String]) throws -> [[String: Any]] {
        try ask(arguments).split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
    }

    /// The ids of all findings, in order.
    func findingIDs() throws -> [String] {
        try findings().compactMap {
            (($0["tidewaiter"] as? [String: Any])?["finding"] as? [String: Any])?["id"] as? String
        }
        .sorted()
    }

    /// Waits until something holds, half a minute at most; whether it does.
    func holds(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<300 {
            if try condition() { return true }
            // Not by stopping the thread, which other tests share.
            try await Task.sleep(for: .milliseconds(100))
        }
        return try condition()
    }
}
