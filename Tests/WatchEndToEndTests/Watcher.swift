import Foundation
import ProcessTesting

/// A folder with a configuration, logs and a ledger, and the built program that watches them.
final class Watcher {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-watch-\(UUID().uuidString)")
    /// Where the ledger is, below the folder.
    var ledger = "ledger.sqlite"
    private var process: Process?
    /// A command that the program is run by, such as one that enters another network.
    var wrapper: [String] = []

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit {
        kill9()
        try? FileManager.default.removeItem(at: folder)
    }

    static var program: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter")
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Writes the configuration, with the ledger in the folder.
    func configure(_ sources: String, outputs: String = "[]", more: String = "") throws {
        let text = "ledger: {path: \(path(ledger))}\n\(more)\nsources:\n\(sources)\noutputs: \(outputs)\n"
        try Data(text.utf8).write(to: folder.appending(path: "watch.yml"))
    }

    /// Writes a file, and the folder that it is in.
    func write(_ text: String, to name: String) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Adds to the end of a log, which is made where there is none.
    func append(_ text: String, to name: String) throws { try append(Data(text.utf8), to: name) }

    func append(_ data: Data, to name: String) throws {
        let url = folder.appending(path: name)
        if !FileManager.default.fileExists(atPath: url.path) {
            try Data().write(to: url)
        }
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: data)
    }

    // MARK: Running

    /// - Parameter environment: what it finds there beside what the tests find.
    func start(_ environment: [String: String] = [:]) throws {
        for name in ["out", "err"] where !FileManager.default.fileExists(atPath: path(name)) {
            try Data().write(to: folder.appending(path: name))
        }
        let process = Process()
        // By a shell, since what is loaded before a program may move the environment that its arguments are found by.
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            ["-c", #"exec "$0" "$@""#] + wrapper + [Self.program.path, "watch", "--config", path("watch.yml")]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Records are named by their log's path: relative ones are the same in every folder.
        process.currentDirectoryURL = folder
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
        process.untilEnd()
        self.process = nil
    }

    /// Stops it; its exit status.
    func stop() -> Int32 {
        guard let process else { return -1 }
        kill(process.processIdentifier, SIGTERM)
        defer { self.process = nil }
        return process.untilEnd()
    }

    /// Has it read configuration and rules again, and waits until it has, well or not.
    func reload() async throws -> Bool {
        guard let process else { return false }
        let before = answers
        kill(process.processIdentifier, SIGHUP)
        return try await holds { answers > before }
    }

    /// How often it said how reading again went.
    private var answers: Int {
        let messages = messages
        return ["were read again", "were not changed"].map { messages.components(separatedBy: $0).count - 1 }
            .reduce(0, +)
    }

    var isRunning: Bool { process.map { !$0.hasEnded } ?? false }

    var processID: Int32? { process?.processIdentifier }

    /// What it said so far.
    var messages: String { (try? String(contentsOfFile: path("err"), encoding: .utf8)) ?? "" }

    var output: String { (try? String(contentsOfFile: path("out"), encoding: .utf8)) ?? "" }

    // MARK: Asking

    /// Runs another command to its end and gives what it wrote.
    func ask(_ arguments: [String]) throws -> String { try result(arguments).output }

    /// Runs another command to its end.
    func result(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        let names = ["asked", "errors"].map { "\($0)-\(UUID().uuidString)" }
        for name in names { try Data().write(to: folder.appending(path: name)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path(names[0])))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: path(names[1])))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let status = process.untilEnd()
        let texts = try names.map { try String(contentsOfFile: path($0), encoding: .utf8) }
        return (status, texts[0], texts[1])
    }

    /// The findings in the ledger, each a JSON object.
    func findings() throws -> [[String: Any]] {
        try objects(["findings", "--ledger", path(ledger), "--format", "json", "--limit", "100000"])
    }

    func deployments() throws -> [[String: Any]] {
        try objects(["deployments", "--ledger", path(ledger), "--format", "json", "--limit", "100000"])
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

    /// Waits until something holds, so many seconds at most; whether it does.
    func holds(within seconds: Int = 30, _ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<(10 * seconds) {
            if try condition() { return true }
            // Not by stopping the thread, which other tests share.
            try await Task.sleep(for: .milliseconds(100))
        }
        return try condition()
    }
}
