import Foundation
import ProcessTesting

/// Namespaces of one's own (network, processes, mounts), in which servers listen and the built binary audits them.
///
/// Scripts/docker-lab opens them; they end with this object, at the latest with this process.
final class AuditLab {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let tool = project.appending(path: "Scripts/docker-lab").path
    /// The program stands beside the test bundle.
    static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "tidewaiter").path

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func isPossible(with programs: String...) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return getuid() == 0
            && (programs + ["unshare", "nsenter", "openssl"]).allSatisfy { name in
                folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
            }
    }

    /// The same folder inside and outside.
    let folder = "/tmp/tidewaiter-audit-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    private let life: FileHandle

    init() throws {
        let pipe = Pipe()
        life = pipe.fileHandleForWriting
        let namespaces = Process()
        namespaces.executableURL = URL(filePath: Self.tool)
        namespaces.arguments = ["open", folder]
        namespaces.standardInput = pipe
        namespaces.standardOutput = FileHandle.nullDevice
        namespaces.standardError = FileHandle.nullDevice
        try namespaces.run()
        try wait("the namespaces") { FileManager.default.fileExists(atPath: "\(folder)/init.pid") }
    }

    deinit { try? life.close() }

    // MARK: Servers

    /// Starts a server, which runs until the namespaces end, and waits until something listens on a port, or at a socket.
    func start(_ words: [String], listeningOn port: Int?, orAt socket: String = "") throws {
        let log = "\(folder)/\(words[0]).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: Self.tool)
        process.arguments = ["run", folder] + words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardError = process.standardOutput
        try process.run()
        let digits = String(port ?? 0, radix: 16, uppercase: true)
        let ending = ":\(String(repeating: "0", count: 4 - digits.count))\(digits) "
        do {
            try wait("\(words[0]) on port \(port ?? 0)") {
                guard port != nil else { return FileManager.default.fileExists(atPath: socket) }
                return try output(["cat", "/proc/net/tcp", "/proc/net/tcp6"]).output.split(separator: "\n")
                    .contains { $0.contains(ending) && $0.contains(" 0A ") }
            }
        } catch {
            throw Failure(description: "\(error): \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        }
    }

    /// Starts dockerd with what stands in its `daemon.json`, and these arguments besides.
    func startEngine(_ arguments: [String] = [], configuration: String = "{}", listeningOn port: Int? = nil) throws {
        try write(configuration, as: "daemon.json")
        try start(
            [
                "dockerd", "--config-file", "\(folder)/daemon.json", "--data-root", "\(folder)/data", "--exec-root",
                "\(folder)/exec", "--pidfile", "\(folder)/docker.pid", "--bridge=none",
            ] + arguments,
            listeningOn: port,
            orAt: "\(folder)/docker.sock"
        )
        // It listens before it has started its containerd, and answers after.
        try wait("an answer of dockerd") {
            let socket = "\(folder)/docker.sock"
            return try output(["curl", "-fsS", "--unix-socket", socket, "http://docker/_ping"]).status == 0
        }
    }

    /// Ends the engine, and waits until it is gone.
    func stopEngine() throws {
        let script = """
            p=$(cat '\(folder)/docker.pid'); kill $p
            while kill -0 $p 2>/dev/null; do sleep 0.1; done; rm -f '\(folder)/docker.pid'
            """
        guard try output(["sh", "-c", script]).status == 0 else { throw Failure(description: "dockerd does not end") }
    }

    /// Makes an authority, a server's certificate of it, and one that clients may show.
    func makeCertificates() throws {
        let script = """
            set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=lab' \
                -keyout ca.key -out ca.pem
            for name in server client; do
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out $name.csr
                printf 'subjectAltName=IP:127.0.0.1\\n' >names
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile names -out $name.pem
            done
            chmod 600 *.key
            mkdir authority && mv ca.key authority/
            """
        guard try output(["sh", "-c", script]).status == 0 else { throw Failure(description: "no certificates") }
    }

    @discardableResult
    func write(_ text: String, as name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    // MARK: Audits

    struct Report {
        var status: Int32
        var object: [String: Any]

        /// The outcome of a check.
        func outcome(_ id: String) -> String? { check(id)?["outcome"] as? String }

        func check(_ id: String) -> [String: Any]? {
            (object["checks"] as? [[String: Any]])?.first { $0["id"] as? String == id }
        }

        /// What a check says, for messages.
        func words(_ id: String) -> String { check(id).map { "\($0["results"] ?? "")" } ?? "no such check" }
    }

    /// Audits what is in the namespaces.
    func audit(_ arguments: [String] = []) throws -> Report {
        let finished = try output([Self.program, "audit", "--format", "json"] + arguments)
        let object = try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any]
        guard let object else { throw Failure(description: "no report: \(finished.errors)") }
        return Report(status: finished.status, object: object)
    }

    /// Runs a command in the namespaces to its end.
    func output(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
        let name = "\(folder)/\(UUID())"
        for part in ["out", "err"] { _ = FileManager.default.createFile(atPath: "\(name).\(part)", contents: nil) }
        let process = Process()
        process.executableURL = URL(filePath: Self.tool)
        process.arguments = ["run", folder] + words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(name).out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(name).err"))
        try process.run()
        let status = process.untilEnd()
        return (
            status, try String(contentsOfFile: "\(name).out", encoding: .utf8),
            try String(contentsOfFile: "\(name).err", encoding: .utf8)
        )
    }

    private func wait(_ what: String, until isTrue: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try isTrue() { return }
            usleep(50_000)
        }
        throw Failure(description: "\(what): not there after 30 s")
    }
}
