import Foundation
import Synchronization

/// Namespaces with a Docker engine in them, which Scripts/docker-lab opens and which end with this process.
final class Laboratory: Sendable {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let tool = project.appending(path: "Scripts/docker-lab").path

    static var isPossible: Bool {
        getuid() == 0 && missing.isEmpty
    }

    private static var missing: [String] {
        ["dockerd", "docker", "busybox", "ip", "nsenter", "unshare"].filter { name in
            !(ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
                .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
    }

    /// The one that all tests share.
    static func shared() throws -> Laboratory {
        try only.withLock { existing in
            if let existing { return existing }
            let new = try Laboratory()
            existing = new
            return new
        }
    }

    private static let only = Mutex<Laboratory?>(nil)

    /// The same directory inside and outside.
    let directory: String
    /// The engine's own socket.
    var socket: String { "\(directory)/docker.sock" }
    var engine: Engine { Engine(socket: socket) }

    private let namespaces: Process
    private let daemon = Mutex<Running?>(nil)
    /// Their life: they end when it is closed, at the latest with this process.
    private let life: FileHandle
    private let engineOptions: [String]
    private let registry = Mutex<Running?>(nil)

    init(engineOptions: [String] = []) throws {
        self.engineOptions = engineOptions
        // Short, because a Unix socket's path must be.
        directory = "/tmp/tidewaiter-\(getpid())-\(UInt16.random(in: 0...UInt16.max))"
        let pipe = Pipe()
        life = pipe.fileHandleForWriting
        namespaces = Process()
        namespaces.executableURL = URL(filePath: Self.tool)
        namespaces.arguments = ["open", directory]
        namespaces.standardInput = pipe
        // Whoever reads what the tests print must not wait for the namespaces, too.
        namespaces.standardOutput = FileHandle.nullDevice
        namespaces.standardError = FileHandle.nullDevice
        try namespaces.run()
        guard eventually(within: 10, { FileManager.default.fileExists(atPath: "\(directory)/init.pid") }) else {
            throw LaboratoryError("the namespaces could not be made")
        }
        try configure(plugins: [])
        try startEngine()
        try makeImages()
        try inside(["sh", "-c", "echo secret >/srv/marker.txt; echo ok >/srv/lab/ok.txt; ln -s / /srv/lab/link"])
    }

    deinit { try? life.close() }

    /// A command that runs in the namespaces.
    func command(_ words: [String]) -> [String] { [Self.tool, "run", directory] + words }

    /// Runs a command in the namespaces to its end.
    @discardableResult
    func inside(_ words: [String], input: [UInt8] = [], within seconds: Double = 60) throws -> Finished {
        try run(command(words), input: input, within: seconds)
    }

    func startEngine() throws {
        let log = "\(directory)/dockerd.log"
        let command =
            "exec '\(Self.tool)' engine '\(directory)' \(engineOptions.joined(separator: " ")) >>'\(log)' 2>&1"
        // Not in the background of a shell: Foundation takes a process to run as long as its children do.
        let process = try Running(["setsid", "sh", "-c", command])
        daemon.withLock { $0 = process }
        guard eventually(within: 30, { (try? engine.get("/_ping").status) == 200 }) else {
            throw LaboratoryError("dockerd did not start: \(tail(log))")
        }
    }

    /// Serves a few public images' names in the namespaces, for an engine with `--registry-mirror`.
    func serveImages(port: Int) throws {
        let program = Self.project.appending(path: "Scripts/image-registry").path
        let process = try Running(command([program, "\(port)"]))
        registry.withLock { $0 = process }
        guard
            try eventually(
                within: 20,
                {
                    try engine.post("/images/create?fromImage=busybox&tag=latest").text.contains(
                        "Downloaded newer image"
                    )
                }
            )
        else { throw LaboratoryError("no image could be pulled: \(process.errors)") }
    }

    /// Sends the engine a signal; after KILL or TERM it waits until it is gone.
    func signalEngine(_ name: String) throws {
        let script = "p=$(cat '\(directory)/docker.pid'); kill -\(name) $p; echo $p"
        let process = try inside(["sh", "-c", script]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        guard name == "KILL" || name == "TERM" else { return }
        _ = try eventually(within: 20) { try inside(["sh", "-c", "! kill -0 \(process) 2>/dev/null"]).status == 0 }
    }

    /// Makes the running engine ask these AuthZ plugins, and no others, before anything that it does.
    func ask(plugins: [String]) throws {
        try configure(plugins: plugins)
        let start = Date.now.timeIntervalSince1970
        try signalEngine("HUP")
        // It takes the plugins up first, and tells of the reload then.
        let filters = "%7B%22event%22%3A%5B%22reload%22%5D%7D"
        let isTaken = try eventually {
            let until = Date.now.timeIntervalSince1970
            return try !engine.get("/events?since=\(start)&until=\(until)&filters=\(filters)").body.isEmpty
        }
        guard isTaken else {
            throw LaboratoryError("the engine does not ask \(plugins): \(tail("\(directory)/dockerd.log"))")
        }
    }

    /// Says which AuthZ plugins the engine asks; a running one takes it up.
    func configure(plugins: [String]) throws {
        let configuration = try JSONSerialization.data(withJSONObject: ["authorization-plugins": plugins])
        try configuration.write(to: URL(filePath: "\(directory)/daemon.json"))
    }

    func tail(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(8).joined(separator: "\n")
    }

    /// The one image that everything runs: busybox, of the machine's own static binary.
    private func makeImages() throws {
        let root = "\(directory)/root"
        let tar = "\(directory)/busybox.tar"
        let script = """
            set -e
            mkdir -p '\(root)'/bin '\(root)'/tmp '\(root)'/etc '\(root)'/var/opt '\(root)'/var/log
            cp "$(command -v busybox)" '\(root)/bin/busybox'
            for name in $('\(root)/bin/busybox' --list); do
                [ -e "\(root)/bin/$name" ] || ln -s busybox "\(root)/bin/$name"
            done
            printf 'root:x:0:0:root:/:/bin/sh\\npostgres:x:70:70:postgres:/:/bin/sh\\n' >'\(root)/etc/passwd'
            tar -C '\(root)' -cf '\(tar)' .
            rm -r '\(root)'
            """
        guard try run(["sh", "-c", script]).status == 0 else { throw LaboratoryError("no image could be made") }
        let body = Array(try Data(contentsOf: URL(filePath: tar)))
        let command = "changes=CMD%20%5B%22sh%22%5D"
        for name in ["repo=busybox&tag=latest", "repo=tw-other&tag=1", "repo=alpine&tag=3.10"] {
            let reply = try engine.send(
                "POST",
                "/images/create?fromSrc=-&\(command)&\(name)",
                body: body,
                type: "application/x-tar"
            )
            guard reply.status == 200 else { throw LaboratoryError("busybox was not imported: \(reply.text)") }
        }
    }
}

struct LaboratoryError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
