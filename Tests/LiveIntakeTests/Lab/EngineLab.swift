import Foundation
import Synchronization

/// A Docker engine of one's own in namespaces of its own, which Scripts/docker-lab opens and which end with this process.
final class EngineLab: Sendable {
    private static let tool = Commands.project.appending(path: "Scripts/docker-lab").path

    static var isPossible: Bool {
        getuid() == 0 && Commands.have("dockerd", "docker", "busybox", "ip", "nsenter", "unshare")
    }

    let folder: TestFolder
    var directory: String { "\(folder.path)/lab" }
    var socket: String { "\(directory)/docker.sock" }

    private let namespaces = Process()
    /// Their life: they end when it is closed, at the latest with this process.
    private let life: FileHandle
    private let engine = Mutex<Process?>(nil)

    init() async throws {
        folder = try TestFolder()
        let pipe = Pipe()
        life = pipe.fileHandleForWriting
        namespaces.executableURL = URL(filePath: Self.tool)
        namespaces.arguments = ["open", "\(folder.path)/lab"]
        namespaces.standardInput = pipe
        namespaces.standardOutput = FileHandle.nullDevice
        namespaces.standardError = FileHandle.nullDevice
        try namespaces.run()
        try await eventually("namespaces") { FileManager.default.fileExists(atPath: "\(directory)/init.pid") }
        try "{}".write(toFile: "\(directory)/daemon.json", atomically: true, encoding: .utf8)
        try await start()
        try await makeImage()
    }

    deinit { try? life.close() }

    /// Starts the engine, and waits until it answers.
    func start() async throws {
        let process = try Commands.start(
            ["setsid", Self.tool, "engine", directory, "--iptables=false", "--bridge=none"],
            in: folder.path
        )
        engine.withLock { $0 = process }
        let end = ContinuousClock.now + .seconds(60)
        while try await docker("version").status != 0 {
            guard .now < end else { throw Untimely(description: "dockerd did not start") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Sends the engine a signal, and waits until it is gone.
    func stop(_ signal: String) async throws {
        let script =
            "p=$(cat '\(directory)/docker.pid'); kill -\(signal) $p; while kill -0 $p 2>/dev/null; do sleep 0.02; done"
        try await Commands.run([Self.tool, "run", directory, "sh", "-c", script], in: folder.path)
    }

    @discardableResult
    func docker(_ arguments: String...) async throws -> Commands.Finished {
        try await Commands.run(["docker", "-H", "unix://\(socket)"] + arguments, in: folder.path)
    }

    /// Makes a container.
    ///
    /// - Returns: its id.
    @discardableResult
    func create(_ name: String, _ arguments: String..., command: [String] = ["sleep", "100"]) async throws -> String {
        let words = ["docker", "-H", "unix://\(socket)", "create", "--name", name] + arguments + ["busybox"] + command
        let finished = try await Commands.run(words, in: folder.path)
        guard finished.status == 0 else { throw Untimely(description: finished.errors) }
        return finished.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func makeImage() async throws {
        let script = """
            set -e
            mkdir -p '\(directory)/root/bin'
            cp "$(command -v busybox)" '\(directory)/root/bin/busybox'
            for name in sh sleep true; do ln -s busybox "\(directory)/root/bin/$name"; done
            tar -C '\(directory)/root' -c . | docker -H 'unix://\(socket)' import - busybox:latest
            """
        let finished = try await Commands.run(["sh", "-c", script], in: folder.path)
        guard finished.status == 0 else { throw Untimely(description: "no image: \(finished.errors)") }
    }
}
