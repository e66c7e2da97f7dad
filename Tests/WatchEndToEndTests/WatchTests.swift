import Foundation
import Testing

/// `tidewaiter watch` as people run it, on files.
@Suite struct WatchTests {
    private let audit = """
          - name: audit
            files: {paths: [LOG], format: kubernetes-audit, from: beginning}
        """

    @Test func `what is written is found while it is written, told, and asked for`() async throws {
        let watcher = try Watcher()
        try watcher.append(AuditLog.event(1, privileged: true), to: "audit.log")
        try watcher.configure(
            audit.replacing("LOG", with: watcher.path("audit.log")),
            outputs: "[{terminal: {}}, {file: {path: \(watcher.path("told.jsonl"))}}]"
        )
        try watcher.start()
        let first = try await watcher.holds { try !watcher.findingIDs().isEmpty }
        #expect(first, "\(watcher.messages)")
        try watcher.append(AuditLog.event(2, privileged: true) + AuditLog.event(3, privileged: false), to: "audit.log")
        let second = try await watcher.holds { try watcher.deployments().count == 3 }
        #expect(second, "\(watcher.messages)")
        let ids = try watcher.findingIDs()
        let told = try await watcher.holds {
            let text = (try? String(contentsOfFile: watcher.path("told.jsonl"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").count == ids.count
        }
        #expect(told)
        #expect(watcher.output.contains("pod/web-2 in shop"))
        #expect(watcher.stop() == 0)
        // Nothing is found, or told, again.
        try watcher.start()
        #expect(try await watcher.holds { watcher.messages.components(separatedBy: "audit follows").count == 3 })
        try await Task.sleep(for: .milliseconds(500))
        #expect(watcher.stop() == 0)
        #expect(try watcher.findingIDs() == ids)
        let lines = try String(contentsOfFile: watcher.path("told.jsonl"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == ids.count)
    }

    @Test func `what a daemon logs is told though it logs nothing more, and once though killed`() async throws {
        let watcher = try Watcher()
        let request = #"level=debug msg="Calling POST /v1.41/containers/create?name=web""#
        let body = #"level=debug msg="form data: {\"Image\":\"nginx\",\"HostConfig\":{\"Privileged\":true}}""#
        let time = #"time="2026-11-24T15:47:23Z" "#
        try watcher.append("\(time)\(request)\n\(time)\(body)\n", to: "docker.log")
        try watcher.configure(
            "  - files: {paths: [\(watcher.path("docker.log"))], format: docker-log, from: beginning}",
            outputs: "[{terminal: {}}]"
        )
        try watcher.start()
        #expect(try await watcher.holds { try !watcher.findingIDs().isEmpty }, "\(watcher.messages)")
        let ids = try watcher.findingIDs()
        let scanned = try watcher.ask(["scan", "--format", "json", watcher.path("docker.log")]).split(separator: "\n")
        #expect(ids.count == scanned.count)
        watcher.kill9()
        // Read again, held back again, and known.
        try watcher.start()
        try watcher.append("\(time)\(request.replacing("web", with: "db"))\n\(time)\(body)\n", to: "docker.log")
        #expect(try await watcher.holds { try watcher.deployments().count == 2 }, "\(watcher.messages)")
        #expect(try await watcher.holds { try watcher.findingIDs().count == 2 * ids.count })
        #expect(watcher.stop() == 0)
    }

    @Test func `killed again and again, it finds what it would have found undisturbed, each once`() async throws {
        let count = 4_000
        let log = (0..<count).map { AuditLog.event($0, privileged: $0 % 7 == 0) }
        let undisturbed = try Watcher()
        try undisturbed.append(log.joined(), to: "audit.log")
        try undisturbed.configure(audit.replacing("LOG", with: undisturbed.path("audit.log")))
        try undisturbed.start()
        #expect(try await undisturbed.holds { try undisturbed.deployments().count == count })
        #expect(undisturbed.stop() == 0)
        let expected = try undisturbed.findings().map { $0["rule"] as? [String: Any] }.compactMap {
            $0?["id"] as? String
        }

        let watcher = try Watcher()
        try watcher.configure(audit.replacing("LOG", with: watcher.path("audit.log")))
        var random = SystemRandomNumberGenerator()
        var written = 0
        for kill in 0..<12 {
            let next = (kill + 1) * count / 12
            // Written while it runs, so that it is killed at any moment of its work.
            try watcher.start()
            for line in log[written..<next] { try watcher.append(line, to: "audit.log") }
            written = next
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<400, using: &random)))
            watcher.kill9()
        }
        try watcher.start()
        let isWhole = try await watcher.holds { try watcher.deployments().count == count }
        #expect(isWhole, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        let found = try watcher.findings().map { $0["rule"] as? [String: Any] }.compactMap { $0?["id"] as? String }
        #expect(
            Dictionary(grouping: found) { $0 }.mapValues(\.count)
                == Dictionary(grouping: expected) { $0 }.mapValues(\.count)
        )
    }

    @Test func `a configuration with mistakes is told of with places, and nothing is watched`() async throws {
        let watcher = try Watcher()
        try watcher.configure("  - files: {paths: [/x], format: kubernetes-audit, form: end}")
        try watcher.start()
        #expect(try await watcher.holds { !watcher.isRunning })
        #expect(watcher.messages.contains("watch.yml:4:"), "\(watcher.messages)")
        #expect(watcher.messages.contains("'form' is no key here"))
    }
}
