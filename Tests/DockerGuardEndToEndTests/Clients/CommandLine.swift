import Foundation
import Testing

/// A docker command line client that is installed here.
struct CommandLineClient: CustomTestStringConvertible {
    var path: String
    var version: String

    var testDescription: String { "docker \(version)" }

    /// The one in the path, and the distribution's, when that is another.
    static let all: [CommandLineClient] = {
        var found: [CommandLineClient] = []
        for path in ["docker", "/usr/bin/docker"] {
            guard let finished = try? run([path, "--version"]), finished.status == 0,
                let version = finished.output.split(separator: " ").dropFirst(2).first.map(String.init)
            else { continue }
            let name = version.trimmingCharacters(in: [","])
            if !found.contains(where: { $0.version == name }) { found.append(.init(path: path, version: name)) }
        }
        return found
    }()

    func environment(_ socket: String) -> [String: String] {
        // A folder that goes with the engine's: the client writes into it.
        let configuration = URL(filePath: socket).deletingLastPathComponent().appending(path: "client").path
        return [
            "DOCKER_HOST": "unix://\(socket)", "DOCKER": path, "DOCKER_CONFIG": configuration, "DOCKER_BUILDKIT": "0",
        ]
    }

    /// Runs a script that calls `$DOCKER`.
    func script(
        _ script: String,
        at socket: String,
        _ more: [String: String] = [:],
        within seconds: Double = 60
    ) throws -> Finished {
        let environment = environment(socket).merging(more) { _, new in new }
        return try run(["sh", "-c", script], environment: environment, within: seconds)
    }

    /// Starts one.
    func start(
        _ script: String,
        at socket: String,
        input: [UInt8]? = []
    ) throws -> Running {
        try Running(["sh", "-c", script], environment: environment(socket), input: input)
    }
}
