import Foundation
import Testing

/// docker-py's own integration tests, which Scripts/docker-py-tests fetches from PyPI.
enum DockerPyInstallation {
    static let program = Laboratory.project.appending(path: "Scripts/docker-py-tests").path

    /// Whether the tests are there, or could be fetched.
    static let isPrepared = (try? run([program, "prepare"], within: 240).status) == 0

    /// The tests that were seen to pass at a bare engine of this version, each twice.
    static let list = Laboratory.project.deletingLastPathComponent()
        .appending(path: "shared/data/docker/docker-py-pass.json")

    /// Their names; nil where the list is not there.
    static var passing: [String]? {
        get throws {
            guard let data = FileManager.default.contents(atPath: list.path) else { return nil }
            return (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["passed_twice"] as? [String]
        }
    }

    static let isWhole = ProcessInfo.processInfo.environment["TIDEWAITER_ALL_CLIENTS"] == "1"
}

extension DockerGuardLab {
    /// The integration tests of a client that much software uses.
    @Suite(
        .enabled(
            if: Laboratory.isPossible && DockerPyInstallation.isPrepared,
            "docker-py could not be had from PyPI: its tests are NOT run through the guard"
        )
    )
    struct DockerPy {
        /// Every way in which a body or an answer streams or a connection becomes another, and some of everything else.
        static let representative = [
            "api_build_test.BuildTest::test_build_out_of_context_dockerfile",
            "api_build_test.BuildTest::test_build_streaming", "api_client_test", "api_config_test",
            "api_container_test.ArchiveTest", "api_container_test.AttachContainerTest",
            "api_container_test.ContainerCPUTest", "api_container_test.ContainerUpdateTest",
            "api_container_test.DiffTest", "api_container_test.LinkTest", "api_container_test.ListContainersTest",
            "api_container_test.LogsTest", "api_container_test.PauseTest", "api_container_test.PortTest",
            "api_container_test.RemoveContainerTest",
            "api_container_test.RenameContainerTest", "api_container_test.VolumeBindTest", "api_exec_test.ExecTest",
            "api_image_test.ImportImageTest",
            "api_image_test.PullImageTest", "api_image_test.SaveLoadImagesTest", "api_plugin_test", "api_secret_test",
            "api_service_test",
            "client_test", "errors_test",
            "models_images_test", "models_networks_test.NetworkCollectionTest",
            "models_services_test", "models_volumes_test", "regression_test",
        ].map { "tests.integration.\($0)" }

        @Test(
            .enabled(if: !DockerPyInstallation.isWhole, "TIDEWAITER_ALL_CLIENTS=1: all of them are run"),
            .timeLimit(.minutes(10))
        )
        func `a choice of docker-py's tests that pass at a bare engine pass through the guard`() throws {
            let laboratory = try Self.laboratory()
            let bare =
                if let listed = try DockerPyInstallation.passing {
                    Set(listed.filter { name in Self.representative.contains { Self.isNamed(name, $0) } })
                } else {
                    try Self.passing(Self.representative, at: laboratory.socket, in: laboratory)
                }
            let proxy = try Guard(in: laboratory, Self.policy("docker-py-strict.yml"))
            #expect(bare.count > 150)
            // What does not pass anyway is not waited for.
            let missing = try Self.missing(bare, through: proxy.socket, in: laboratory)
            #expect(missing.names == [], "\(missing.reasons)")
        }

        /// Whether a test is meant by a name: its own, or that of its class or file.
        private static func isNamed(_ test: String, _ name: String) -> Bool {
            test == name || test.hasPrefix("\(name).") || test.hasPrefix("\(name)::")
        }

        @Test(
            .enabled(
                if: DockerPyInstallation.isWhole
                    && FileManager.default.fileExists(atPath: DockerPyInstallation.list.path),
                "takes some minutes: runs with TIDEWAITER_ALL_CLIENTS=1 and the list of tests that pass at a bare engine"
            ),
            .timeLimit(.minutes(20)),
            arguments: Way.allCases
        )
        func `every test of docker-py that passes at a bare engine passes through the guard`(way: Way) throws {
            let names = try #require(try DockerPyInstallation.passing)
            let laboratory = try Self.laboratory()
            let guarded = try Guard(in: laboratory, named: way.rawValue, way.options)
            if way == .plugin { try laboratory.ask(plugins: ["tidewaiter"]) }
            let socket = way == .plugin ? laboratory.socket : guarded.socket
            let missing = try Self.missing(Set(names), through: socket, in: laboratory)
            #expect(missing.names == [], "\(missing.reasons)")
            #expect(guarded.isRunning)
        }

        /// How all of the tests go through the guard.
        enum Way: String, CaseIterable {
            /// The proxy, without a profile.
            case open
            /// The proxy with the strict profile, of which is opened what the tests ask for.
            case strict
            /// The plugin with the same policy. It takes streams: the tests build, load and copy.
            case plugin

            var options: [String] {
                switch self {
                case .open: DockerPy.policy("docker-py.yml")
                case .strict: DockerPy.policy("docker-py-strict.yml")
                case .plugin: ["--plugin", "--plugin-streams"] + DockerPy.policy("docker-py-strict.yml")
                }
            }
        }

        private static func policy(_ name: String) -> [String] {
            let folder = Laboratory.project.appending(path: "Tests/DockerGuardEndToEndTests/Clients")
            return ["--policy", folder.appending(path: name).path]
        }

        /// One of its own: these tests remove whatever they find, and make their engine a swarm.
        private static func laboratory() throws -> Laboratory {
            let laboratory = try Laboratory(engineOptions: ["--registry-mirror", "http://127.0.0.1:5000"])
            try laboratory.serveImages(port: 5000)
            // A swarm's manager must have an address that others could reach.
            try laboratory.inside(["ip", "address", "add", "192.0.2.2/32", "dev", "lo"])
            return laboratory
        }

        /// Those of some tests that do not pass through a guard, and what was said of them last.
        ///
        /// Some race with the engine, whoever stands before it. What failed is tried by itself, at the engine and through
        /// the guard in turns: what is refused or broken fails through the guard each time, and not at the engine.
        private static func missing(
            _ names: Set<String>,
            through guarded: String,
            in laboratory: Laboratory
        ) throws -> (names: [String], reasons: String) {
            var last = try outcome(names.sorted(), at: guarded, in: laboratory)
            var missing = names.subtracting(last.passed)
            for _ in 0..<3 where !missing.isEmpty {
                let bare = try outcome(missing.sorted(), at: laboratory.socket, in: laboratory)
                let racing = missing.subtracting(bare.passed).sorted()
                if !racing.isEmpty { print("docker-py: not at the engine itself either, just now: \(racing)") }
                missing.formIntersection(bare.passed)
                if missing.isEmpty { break }
                last = try outcome(missing.sorted(), at: guarded, in: laboratory)
                missing.subtract(last.passed)
            }
            return (missing.sorted(), last.reasons)
        }

        private static func passing(
            _ names: [String],
            at socket: String,
            in laboratory: Laboratory
        ) throws -> Set<String> {
            try outcome(names, at: socket, in: laboratory).passed
        }

        private static func outcome(
            _ names: [String],
            at socket: String,
            in laboratory: Laboratory
        ) throws -> (passed: Set<String>, reasons: String) {
            let list = "\(laboratory.directory)/docker-py.names"
            try names.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
            // Temporary directories lie on the one mount that containers may pass on.
            let words = ["env", "TMPDIR=/mnt", DockerPyInstallation.program, "run", socket, list]
            let finished = try run(laboratory.command(words), within: 1_100)
            let reasons = String(finished.errors.suffix(4_000))
            #expect(finished.status == 0 || finished.status == 1, "\(reasons)")
            var outcomes: [String: Substring] = [:]
            for line in finished.output.split(separator: "\n") {
                let columns = line.split(separator: "\t")
                if columns.count == 3 { outcomes[String(columns[2])] = columns[0] }
            }
            return (Set(outcomes.filter { $0.value == "passed" }.keys), reasons)
        }
    }
}
