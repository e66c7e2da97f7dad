import Foundation
import Synchronization
import Testing

/// Clients that hold connections and hardly say anything, beside others that are served.
@Suite(.enabled(if: Tool.isThere("/usr/bin/sqlite3"), "sqlite3 is missing: Scripts/setup tests"))
struct SlowClientTests {
    /// Connections on each of which a byte is sent now and then.
    private final class SlowClients: Sendable {
        private let sockets: [LocalSocket]
        private let isOver = Mutex(false)

        /// - Parameter bytes: what they would say; nothing for clients that say nothing.
        init(_ count: Int, port: Int, saying bytes: [UInt8]) throws {
            sockets = try (0..<count).map { _ in try LocalSocket(port: port) }
            guard !bytes.isEmpty else { return }
            Thread.detachNewThread { [self] in
                for byte in bytes {
                    for socket in sockets { socket.send([byte]) }
                    Thread.sleep(forTimeInterval: 0.5)
                    if isOver.withLock({ $0 }) { return }
                }
            }
        }

        func end() { isOver.withLock { $0 = true } }

        /// How many were shut out.
        var ended: Int { sockets.count { $0.isEnded } }
    }

    private let watcher: Watcher
    private let ports: (webhook: Int, syslog: Int, metrics: Int)

    init() throws {
        watcher = try Watcher()
        ports = try (LocalSocket.freePort(), LocalSocket.freePort(), LocalSocket.freePort())
        try Tool.run(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days",
                "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                watcher.path("key.pem"), "-out", watcher.path("certificate.pem"),
            ]
        )
        try Data("let-me-in-0123456789\n".utf8).write(to: watcher.folder.appending(path: "token"))
        try watcher.configure(
            """
              - name: api
                kubernetes-audit-webhook:
                  listen: tcp://127.0.0.1:\(ports.webhook)
                  tls: {certificate: \(watcher.path("certificate.pem")), key: \(watcher.path("key.pem"))}
                  token-file: \(watcher.path("token"))
              - name: lines
                syslog: {listen: ['tcp://127.0.0.1:\(ports.syslog)'], format: access-log}
            """,
            more: "metrics: 'tcp://127.0.0.1:\(ports.metrics)'"
        )
    }

    private func curl(_ arguments: [String]) throws -> String {
        try Tool.run("/usr/bin/curl", ["--silent", "--max-time", "10", "--write-out", "%{http_code}"] + arguments)
            .output
    }

    private func postEvents(_ number: Int) throws -> String {
        let event = AuditEvents.pod("web-\(number)", by: "mallory", time: AuditEvents.text(Date()), isDangerous: true)
        let list = #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\#(event)]}"#
        return try curl([
            "--cacert", watcher.path("certificate.pem"), "--header", "Authorization: Bearer let-me-in-0123456789",
            "--header",
            "Content-Type: application/json", "--data-binary", list, "https://localhost:\(ports.webhook)/audit",
        ])
    }

    private func measured(_ name: String) throws -> Double {
        let page = try curl(["http://127.0.0.1:\(ports.metrics)/metrics"])
        let line = page.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return try #require(line.flatMap { Double($0.dropFirst(name.count + 1)) }, "\(page.suffix(200))")
    }

    @Test func `whoever holds connections and says nothing shuts nobody out, and is shut out`() async throws {
        try watcher.start()
        #expect(try await watcher.holds { try postEvents(0) == "200" }, "\(watcher.messages)")
        // A sender that was there before.
        let old = try LocalSocket(port: ports.syslog)
        func line(_ name: String) -> [UInt8] {
            let stamp = Date().formatted(.iso8601)
            return Array(
                "<13>1 \(stamp) gate nginx 1 - - 203.0.113.9 - - [24/Nov/2026:10:00:00 +0000] \"POST /v1.41/containers/create?name=\(name) HTTP/1.1\" 201 88 \"-\" \"-\"\n"
                    .utf8
            )
        }
        func isSeen(_ name: String) async throws -> Bool {
            try await watcher.holds {
                try !watcher.rows("SELECT id FROM deployments WHERE CAST(ecs AS TEXT) LIKE '%\(name)%'").isEmpty
            }
        }
        old.send(line("before"))
        #expect(try await isSeen("before"), "\(watcher.messages)")
        let (memory, descriptors) = (
            try measured("process_resident_memory_bytes"), try measured("process_open_fds")
        )

        // A TLS handshake that never ends, a request's head, a message: more of each than are served at a time.
        let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
        let slow = [
            try SlowClients(40, port: ports.webhook, saying: hello + Array(repeating: 7, count: 120)),
            try SlowClients(40, port: ports.webhook, saying: []),
            try SlowClients(280, port: ports.syslog, saying: Array(String(repeating: "<13>1 ", count: 30).utf8)),
            try SlowClients(80, port: ports.metrics, saying: Array("GET /metrics HTTP/1.1\r\nhost: a\r\nx: ".utf8)),
        ]
        defer { for one in slow { one.end() } }

        for number in 1...8 {
            #expect(try postEvents(number) == "200")
            #expect(try curl(["--output", "/dev/null", "http://127.0.0.1:\(ports.metrics)/metrics"]) == "200")
        }
        let new = try LocalSocket(port: ports.syslog)
        new.send(line("beside"))
        old.send(line("after"))
        #expect(try await isSeen("beside"), "\(watcher.messages)")
        #expect(try await isSeen("after"), "\(watcher.messages)")
        let found = try watcher.rows("SELECT id FROM deployments WHERE user_name = 'mallory'")
        #expect(found.count == 9)
        #expect(try measured("process_open_fds") - descriptors < 2 * (32 + 256 + 64) + 50)
        #expect(try measured("process_resident_memory_bytes") - memory < 67_108_864)

        // Those of the webhook and of the metrics are shut out within seconds; of the others those that are too many.
        let isOver = try await watcher.holds { slow[0].ended == 40 && slow[1].ended == 40 && slow[3].ended == 80 }
        #expect(isOver, "\(slow.map(\.ended))")
        #expect(slow[2].ended >= 20)
        #expect(try postEvents(9) == "200")
        #expect(watcher.stop() == 0, "\(watcher.messages)")
    }
}
