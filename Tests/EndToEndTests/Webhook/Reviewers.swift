import Foundation

/// Clients that ask a webhook for reviews until the test has seen enough: see `reviewer.py`.
final class Reviewers {
    struct Result: Decodable {
        var answered: Int
        var lost: [String]
        var failed: [String]
        var slowest: Double
        var connections: Int
    }

    private let process = Process()
    private let output: String
    private let stop: String
    private let folder: Folder

    /// - Parameter folder: where `ca.pem` and `review.json` stand.
    init(_ count: Int, at port: Int, in folder: Folder) throws {
        self.folder = folder
        stop = folder.path("stop-\(port)")
        output = try folder.write([], as: "reviews-\(port)")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "reviewer.py").path
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", script, "https://localhost:\(port)", folder.path("ca.pem"), folder.path("review.json"),
            "\(count)",
            stop,
        ]
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Ends them; what they saw.
    func finish() throws -> Result {
        try Data().write(to: URL(filePath: stop))
        process.waitUntilExit()
        return try JSONDecoder().decode(Result.self, from: Data(contentsOf: URL(filePath: output)))
    }
}
