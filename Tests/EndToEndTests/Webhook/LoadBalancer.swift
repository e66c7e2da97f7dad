import Foundation

/// HAProxy before replicas of the webhook: once as a proxy that reads HTTP and asks another replica where one gives no
/// answer, and once passing connections on unread, as a cluster's services do.
final class LoadBalancer {
    let readingPort = Int.random(in: 30_000..<31_000)
    let passingPort = Int.random(in: 31_000..<32_000)
    private let process = Process()
    private let folder: Folder
    private let statisticsPort = Int.random(in: 32_000..<32_700)

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }
    private static let path = "/usr/sbin/haproxy"

    /// - Parameter folder: where certificates stand: `ca.pem`, `server.pem` and `server.key`.
    init(before ports: [Int], in folder: Folder) throws {
        self.folder = folder
        let pair = try ["server.pem", "server.key"].map { try String(contentsOfFile: folder.path($0), encoding: .utf8) }
        try folder.write(pair.joined(), as: "pair.pem")
        let servers = ports.enumerated().map { index, port in "    server replica\(index) 127.0.0.1:\(port)" }
        let trust = "ssl verify required ca-file \(folder.path("ca.pem")) verifyhost localhost"
        let configuration = """
            defaults
                mode http
                timeout connect 1s
                timeout client 30s
                timeout server 30s
                timeout check 1s
                retries 3
                option redispatch 1
                option httpchk GET /readyz
                default-server inter 200ms fall 1 rise 1 check observe layer4 error-limit 1 on-error mark-down
            frontend reading
                bind 127.0.0.1:\(readingPort) ssl crt \(folder.path("pair.pem"))
                default_backend reading
            backend reading
                retry-on conn-failure empty-response
            \(servers.map { "\($0) \(trust)" }.joined(separator: "\n"))
            listen passing
                mode tcp
                bind 127.0.0.1:\(passingPort)
            \(servers.map { "\($0) check-\(trust)" }.joined(separator: "\n"))
            frontend statistics
                bind 127.0.0.1:\(statisticsPort)
                stats enable
                stats uri /

            """
        process.executableURL = URL(filePath: Self.path)
        process.arguments = ["-db", "-f", try folder.write(configuration, as: "haproxy.cfg")]
        try folder.write([], as: "haproxy.log")
        let log = try FileHandle(forWritingTo: URL(filePath: folder.path("haproxy.log")))
        process.standardOutput = log
        process.standardError = log
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    var messages: String { (try? String(contentsOfFile: folder.path("haproxy.log"), encoding: .utf8)) ?? "" }

    /// Waits until it finds so many replicas up, either way; whether it did.
    func finds(up count: Int) -> Bool {
        for _ in 0..<300 {
            let lines = (try? folder.run("curl", ["-sS", "http://127.0.0.1:\(statisticsPort)/;csv"])) ?? ""
            let up = lines.split(separator: "\n").count { $0.contains(",replica") && $0.contains(",UP,") }
            if up == count * 2 { return true }
            usleep(100_000)
        }
        return false
    }
}
