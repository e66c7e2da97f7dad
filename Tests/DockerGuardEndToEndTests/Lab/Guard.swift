import Foundation

/// The built program as it stands before the laboratory's engine, in the same namespaces.
final class Guard {
    private let laboratory: Laboratory
    private let arguments: [String]
    private let name: String
    private let wrapper: [String]
    private var process: Running?

    /// Where clients find it.
    var socket: String { "\(laboratory.directory)/\(name).sock" }
    var engine: Engine { Engine(socket: socket) }
    /// Where it writes its decisions.
    var decisions: String { "\(laboratory.directory)/\(name).decisions" }
    private var pidFile: String { "\(laboratory.directory)/\(name).pid" }

    /// The program stands beside the test bundle.
    static var program: String {
        ProcessInfo.processInfo.environment["TIDEWAITER_BINARY"]
            ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter").path
    }

    /// - Parameters:
    ///   - policy: its policy file's text, in YAML.
    ///   - wrapper: a command that becomes the guard, which is named behind it.
    ///   - socket: that of the engine it stands before; nil for the laboratory's own.
    init(
        in laboratory: Laboratory,
        named name: String = "guard",
        policy: String? = nil,
        behind wrapper: [String] = [],
        _ options: [String] = [],
        before socket: String? = nil
    ) throws {
        self.wrapper = wrapper
        self.laboratory = laboratory
        self.name = name
        let directory = laboratory.directory
        var arguments = ["--decisions", "\(directory)/\(name).decisions", "--grace", "2"] + options
        if !options.contains("--upstream") { arguments += ["--upstream", "unix://\(socket ?? laboratory.socket)"] }
        if !options.contains("--plugin") { arguments += ["--listen", "unix://\(directory)/\(name).sock"] }
        if let policy {
            let path = "\(directory)/\(name).yml"
            try policy.write(toFile: path, atomically: true, encoding: .utf8)
            arguments += ["--policy", path]
        }
        self.arguments = arguments
        try start()
    }

    deinit { try? stop() }

    func start() throws {
        let words = ["exec"] + wrapper + [Self.program, "guard", "docker"] + arguments
        let line = words.map { "'\($0)'" }.joined(separator: " ").replacingOccurrences(of: "'exec'", with: "exec")
        let process = try Running(laboratory.command(["sh", "-c", "echo $$ >'\(pidFile)'; \(line)"]))
        self.process = process
        let isUp = eventually(within: 20) {
            guard process.process.isRunning else { return true }
            if arguments.contains("--plugin") { return isListeningAsPlugin }
            // It answers by itself where the engine does not.
            return (try? engine.get("/_ping").status) != nil
        }
        guard isUp, process.process.isRunning else {
            throw LaboratoryError("the guard did not start: \(process.errors) \(process.output)")
        }
    }

    private var isListeningAsPlugin: Bool {
        (try? laboratory.inside(["test", "-S", "/run/docker/plugins/tidewaiter.sock"]).status) == 0
    }

    /// Sends it a signal.
    func signal(_ signal: String) throws {
        try laboratory.inside(["sh", "-c", "kill -\(signal) $(cat '\(pidFile)')"])
    }

    /// Whether it still runs.
    var isRunning: Bool { process?.process.isRunning == true }

    var errors: String { process?.errors ?? "" }

    func waitForEnd(within seconds: Double = 15) -> Finished? { process?.finish(within: seconds) }

    /// Ends it at once, whatever it does.
    func stop() throws {
        guard isRunning else { return }
        try signal("KILL")
        _ = process?.finish(within: 5)
        process = nil
    }

    /// A figure of its memory or its descriptors, as the kernel has it.
    func status(_ field: String) throws -> Int {
        let script = "grep '^\(field):' /proc/$(cat '\(pidFile)')/status | tr -dc 0-9"
        return Int(try laboratory.inside(["sh", "-c", script]).output.trimmingCharacters(in: .whitespacesAndNewlines))
            ?? 0
    }

    /// How many sockets it has open.
    func sockets() throws -> Int {
        let script = "ls -l /proc/$(cat '\(pidFile)')/fd | grep -c socket: || true"
        return Int(try laboratory.inside(["sh", "-c", script]).output.trimmingCharacters(in: .whitespacesAndNewlines))
            ?? -1
    }
}
