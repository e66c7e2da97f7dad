import Foundation
import ProcessTesting

/// A host with a Docker Engine in namespaces of its own, which Scripts/docker-lab opens and which ends with this process.
///
/// The host answers at ``address``; its clients ask from ``client``.
final class EngineHost: Sendable {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let tool = project.appending(path: "Scripts/docker-lab").path

    static var isPossible: Bool {
        getuid() == 0 && Command.areThere(["dockerd", "docker", "busybox", "ip", "nsenter", "unshare", "curl"])
    }

    static let need = "needs root, dockerd, docker, curl and busybox-static (Scripts/setup tests)"

    /// Addresses for documentation (RFC 5737), which lead nowhere outside.
    let address = "192.0.2.7"
    let client = "198.51.100.9"
    /// The same inside and outside.
    let directory: String
    var socket: String { "\(directory)/docker.sock" }
    var log: String { "\(directory)/dockerd.log" }

    /// Its life: it ends when this is closed, at the latest with this process.
    private let life = Pipe()
    private let namespaces = Process()
    private let engine: Command

    init(engineOptions: [String] = []) async throws {
        // Short, because a Unix socket's path must be.
        directory = "/tmp/tidewaiter-\(getpid())-\(UInt16.random(in: 0...UInt16.max))"
        let (directory, life, namespaces) = (directory, life, namespaces)
        namespaces.executableURL = URL(filePath: Self.tool)
        namespaces.arguments = ["open", directory]
        namespaces.standardInput = life
        namespaces.standardOutput = FileHandle.nullDevice
        namespaces.standardError = FileHandle.nullDevice
        try namespaces.run()
        let isOpen = try await eventually { FileManager.default.fileExists(atPath: "\(directory)/init.pid") }
        guard isOpen else { throw Command.Failed("the namespaces could not be made") }
        let inside = [Self.tool, "run", directory]
        try await Command.run(
            inside + [
                "sh", "-c",
                """
                set -e
                ip addr add \(address)/32 dev lo
                ip addr add \(client)/32 dev lo
                ip route change local \(address) dev lo proto kernel scope host src \(client) table local
                """,
            ]
        )
        try Data("{}".utf8).write(to: URL(filePath: "\(directory)/daemon.json"))
        let words = [Self.tool, "engine", directory] + engineOptions
        engine = try Command(["sh", "-c", "exec \"$@\" >'\(directory)/dockerd.log' 2>&1", "sh"] + words)
        let curl = ["curl", "-sf", "--unix-socket", "\(directory)/docker.sock", "http://docker/_ping"]
        let isUp = try await eventually(within: 60) { (try? await Command.run(curl)) == "OK" }
        guard isUp else {
            let said = (try? String(contentsOfFile: "\(directory)/dockerd.log", encoding: .utf8)) ?? ""
            throw Command.Failed("dockerd did not start: \(said.suffix(2_000))")
        }
        try await makeImage()
    }

    deinit {
        try? life.fileHandleForWriting.close()
        namespaces.untilEnd()
    }

    /// A command in the host's namespaces, which ends with them at the latest.
    func command(_ words: [String]) -> [String] { [Self.tool, "run", directory] + words }

    /// A command on the host's network alone, which is the process that is started.
    func networked(_ words: [String]) throws -> [String] {
        let process = try String(contentsOfFile: "\(directory)/init.pid", encoding: .utf8)
        return ["nsenter", "--target", process.filter(\.isNumber), "--net", "--"] + words
    }

    /// Asks the engine at a port of the host, as a client on another machine does.
    @discardableResult
    func docker(_ words: [String], port: Int) async throws -> String {
        let folder = "\(directory)/client"
        return try await Command.run(
            command(["docker", "-H", "tcp://\(address):\(port)"] + words),
            // No configuration or credential of whoever runs the tests takes part.
            environment: ["HOME": folder, "DOCKER_CONFIG": folder, "DOCKER_CONTEXT": "", "DOCKER_HOST": ""]
        )
    }

    /// Sends a request to a port of the host; the status that was answered.
    @discardableResult
    func request(_ method: String, _ target: String, port: Int, body: String? = nil, more: [String] = [])
        async throws -> Int
    {
        var words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "--path-as-is", "-g"] + more
        if let body { words += ["-H", "Content-Type: application/json", "--data-binary", body] }
        words.append("http://\(address):\(port)\(target)")
        let output = try await Command.run(try networked(words))
        return Int(output) ?? 0
    }

    /// The one image that everything runs: busybox, of the machine's own static binary.
    private func makeImage() async throws {
        let script = """
            set -e
            mkdir -p '\(directory)/root/bin'
            cp "$(command -v busybox)" '\(directory)/root/bin/busybox'
            for name in sh true sleep id; do ln -s busybox '\(directory)/root/bin/'$name; done
            tar -C '\(directory)/root' -c . | docker -H 'unix://\(socket)' import - busybox:latest
            """
        let folder = "\(directory)/client"
        try await Command.run(["sh", "-c", script], environment: ["HOME": folder, "DOCKER_CONFIG": folder])
    }
}
