import Foundation

/// A real browser, and `browser.py`, which looks at a console with it.
enum Browser {
    /// Whether Debian's browser and its driver are there, and Selenium, which Scripts/browser-python fetches from PyPI.
    static let isPossible =
        ["/usr/bin/chromium", "/usr/bin/chromedriver", "/usr/bin/curl"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        } && hasSelenium

    static let need =
        "needs chromium and chromium-driver (Scripts/setup tests), and Selenium: pages are NOT looked at in a browser"

    private static let tool = Program.project.appending(path: "Scripts/browser-python").path
    private static let script = Program.project.appending(path: "Tests/ConsoleEndToEndTests/browser.py").path

    private static var hasSelenium: Bool {
        guard let python = try? Program(tool, ["-c", "import selenium"]) else { return false }
        return python.untilEnd() == 0
    }

    /// What a scenario of `browser.py` comes to at most, in seconds; each of its waits is shorter by far.
    static let patience: Double = 240

    /// Begins a scenario.
    ///
    /// `TIDEWAITER_SCREENSHOTS` names a folder that pictures of the pages are kept in.
    static func start(_ scenario: String, _ more: [String] = [], at console: WatchedConsole) throws -> Program {
        let kept = ProcessInfo.processInfo.environment["TIDEWAITER_SCREENSHOTS"]
        return try Program(tool, [script, console.address, kept ?? console.path("pictures"), scenario] + more)
    }

    /// What was wrong in a scenario, a line for each.
    static func complaints(
        _ scenario: String,
        _ more: [String] = [],
        at console: WatchedConsole
    ) async throws -> String {
        try await complaints(start(scenario, more, at: console))
    }

    static func complaints(_ program: Program) async throws -> String {
        let status = try await program.status(within: patience)
        let lines = program.lines.filter { $0 != "ready" }.joined(separator: "\n")
        guard status != 0 else { return lines }
        let end = status.map { "ended with \($0)" } ?? "did not end"
        return "\(lines)\nbrowser.py \(end): \(program.errors)"
    }
}
