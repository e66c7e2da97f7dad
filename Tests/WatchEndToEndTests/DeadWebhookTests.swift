import Foundation
import Testing

/// A receiver of alerts that is dead for an hour.
@Suite(.enabled(if: Tool.isThere("/usr/bin/sqlite3"), "sqlite3 is missing: Scripts/setup tests"))
struct DeadWebhookTests {
    @Test func `what was found while a receiver was dead for an hour reaches it in order, over a kill`() async throws {
        let receiver = try WebhookReceiver()
        let watcher = try Watcher()
        try watcher.append("", to: "audit.log")
        try watcher.configure(
            """
              - name: audit
                files: {paths: [audit.log], format: kubernetes-audit, from: beginning}
            """,
            outputs: "[{name: hook, webhook: {url: 'http://127.0.0.1:\(receiver.port)/'}, level: high}]",
            more: "metrics: 'unix://\(watcher.path("metrics.sock"))'"
        )
        var written = 0
        func write(_ count: Int) throws {
            let lines = (written..<(written + count)).map { number in
                AuditEvents.pod(
                    "pod-\(number)",
                    by: "mallory",
                    time: AuditEvents.text(Date()),
                    isDangerous: number % 4 == 0
                )
            }
            try watcher.append(lines.joined(), to: "audit.log")
            written += count
        }
        func isRead() throws -> Bool { try watcher.rows("SELECT id FROM deployments").count == written }
        func important() throws -> [String] {
            try watcher.rows("SELECT id FROM findings WHERE level >= 3 ORDER BY sequence").map { $0[0] }
        }

        try receiver.start()
        try watcher.start()
        try write(40)
        #expect(try await watcher.holds { try isRead() }, "\(watcher.messages)")
        #expect(try await watcher.holds { try receiver.ids == important() }, "\(watcher.messages)")
        receiver.stop()
        let told = receiver.ids.count
        watcher.kill9()

        // Five minutes pass in a second.
        try watcher.start(ShownClock(in: watcher.folder).environment(factor: 300))
        let start = ContinuousClock.now
        var memory: Double?
        while .now - start < .seconds(13) || written < 1_000 {
            try write(100)
            // It finds all of it all the same.
            #expect(try await watcher.holds { try isRead() }, "\(watcher.messages)")
            memory = try memory ?? watcher.metric("process_resident_memory_bytes")
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(watcher.messages.contains("it cannot be reached"), "\(watcher.messages)")
        // What waits is in the ledger, and not in memory.
        let grown = try (watcher.metric("process_resident_memory_bytes") ?? .infinity) - (memory ?? 0)
        #expect(grown < 67_108_864)
        watcher.kill9()

        try watcher.start()
        let failures = watcher.messages.components(separatedBy: "it cannot be reached").count
        #expect(
            try await watcher.holds {
                watcher.messages.components(separatedBy: "it cannot be reached").count > failures
            }
        )
        try write(100)
        #expect(try await watcher.holds { try isRead() }, "\(watcher.messages)")
        try receiver.start()
        let important = try important()
        #expect(important.count > 250)
        #expect(try await watcher.holds { Set(receiver.ids).count == important.count }, "\(watcher.messages)")
        #expect(watcher.messages.contains("hook: goes on"), "\(watcher.messages)")
        #expect(watcher.stop() == 0, "\(watcher.messages)")
        #expect(told < important.count)
        // In order; what a kill left in doubt may have come twice, under the same id.
        #expect(receiver.ids.reduce(into: []) { if $0.last != $1 { $0.append($1) } } == important)
    }
}
