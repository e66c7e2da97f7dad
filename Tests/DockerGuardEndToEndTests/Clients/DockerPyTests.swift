import Foundation
import Testing

/// What is there of its tests.
enum DockerPyInstallation {
    static let list = Laboratory.project.deletingLastPathComponent()
        .appending(path: "shared/data/docker/docker-py-pass.json")

    static var isPossible: Bool {
        ProcessInfo.processInfo.environment["DOCKER_PY_SOURCE"] != nil
            && FileManager.default.fileExists(atPath: list.path)
    }
}

extension DockerGuardLab {
    /// The integration tests of a client that much software uses.
    @Suite(
        .enabled(
            if: DockerPyInstallation.isPossible,
            "needs DOCKER_PY_SOURCE, a checkout of docker-py 7.1.0, its Python packages and the list of tests that pass"
        )
    )
    struct DockerPy {
        @Test(.timeLimit(.minutes(10)))
        func `what passes at a bare engine passes through a guard that opens what it needs`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, ["--profile", "none", "--observe"])
            let results = "\(laboratory.directory)/docker-py.txt"
            let program = Laboratory.project.appending(path: "Scripts/docker-py").path
            let finished = try run([program, laboratory.directory, proxy.socket, results], within: 590)
            #expect(finished.status == 0, "\(finished.errors.suffix(2000))")
            let object =
                try JSONSerialization.jsonObject(with: Data(contentsOf: DockerPyInstallation.list)) as? [String: Any]
            let expected = Set(object?["passed_twice"] as? [String] ?? [])
            let lines = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n")
            let passed = lines.filter { $0.hasPrefix("passed ") }.map { String($0.dropFirst(7)) }
            #expect(expected.subtracting(passed).sorted() == [])
        }
    }
}
