import Foundation
import Testing

/// Clocks that are wrong: those of the hosts that records come from, and the machine's own.
@Suite(.enabled(if: Tool.isThere("/usr/bin/sqlite3"), "sqlite3 is missing: Scripts/setup tests"))
struct ClockTests {
    private let watcher: Watcher

    init() throws {
        watcher = try Watcher()
        try watcher.append("", to: "audit.log")
        try watcher.configure(
            """
              - name: audit
                files: {paths: [audit.log], format: kubernetes-audit, from: beginning}
            """,
            more: "lateness: 2s\nmetrics: 'unix://\(watcher.path("metrics.sock"))'"
        )
    }

    /// Those who were found to deploy to many namespaces.
    private func spreaders() throws -> Set<String> {
        let rows = try watcher.rows("SELECT user_name FROM findings WHERE rule_id = '\(Traffic.last.rule)'")
        return Set(rows.map { $0[0] })
    }

    private func deployments(of user: String) throws -> Int {
        try watcher.rows("SELECT id FROM deployments WHERE user_name = '\(user)'").count
    }

    private func write(_ text: String) throws { try watcher.append(text, to: "audit.log") }

    @Test func `records of impossible times cost only themselves, and what is of their time is still correlated`()
        async throws
    {
        let now = Date()
        let day = 86_400.0
        let odd: [String?] = [
            "2090-01-01T00:00:00Z", "1970-01-01T00:00:00Z", nil, "yesterday", "9999-12-31T23:59:59.999999Z",
            "2026-13-45T99:99:99Z", "0000-00-00T00:00:00Z", "", "1600-01-01T00:00:00Z",
            AuditEvents.text(now.addingTimeInterval(0.8 * day)), AuditEvents.text(now.addingTimeInterval(-day)),
        ]
        try watcher.start()
        try write(AuditEvents.spread("first", 0..<10, from: now.addingTimeInterval(-9)))
        #expect(try await watcher.holds { try spreaders() == ["first"] }, "\(watcher.messages)")
        for (number, time) in odd.enumerated() {
            try write(AuditEvents.pod("odd-\(number)", by: "odd", time: time, isDangerous: true))
        }
        // Five and five that lie most of a day apart are no ten within ten minutes.
        try write(AuditEvents.spread("apart", 0..<5, from: now.addingTimeInterval(-5)))
        try write(AuditEvents.spread("apart", 5..<10, from: now.addingTimeInterval(0.8 * day)))
        try write(AuditEvents.spread("second", 0..<10, from: now.addingTimeInterval(-4)))
        #expect(try await watcher.holds { try spreaders().contains("second") }, "\(watcher.messages)")
        // Each of them is a deployment, and a finding.
        #expect(try deployments(of: "odd") == odd.count, "\(watcher.messages)")
        let found = try watcher.rows(
            "SELECT DISTINCT deployment_id FROM findings WHERE user_name = 'odd' AND deployment_id IS NOT NULL"
        )
        #expect(found.count == odd.count, "\(watcher.messages)")

        // The same after a restart, which has the jumps in what it remembers.
        watcher.kill9()
        try watcher.start()
        try write(AuditEvents.spread("third", 0..<10, from: Date()))
        #expect(try await watcher.holds { try spreaders().contains("third") }, "\(watcher.messages)")
        #expect(try spreaders() == ["first", "second", "third"])
        #expect(watcher.stop() == 0, "\(watcher.messages)")
    }

    @Test func `the machine's clock is set back by an hour, and jumps a day ahead and back`() async throws {
        let clock = try ShownClock(in: watcher.folder)
        var ahead = 3_600
        try clock.set(ahead: ahead)
        try watcher.start(clock.environment())
        /// Has somebody deploy to ten namespaces by that clock.
        func expectSpread(_ user: String) async throws {
            try write(AuditEvents.spread(user, 0..<10, from: Date().addingTimeInterval(Double(ahead) - 1)))
            #expect(try await watcher.holds { try spreaders().contains(user) }, "\(user): \(watcher.messages)")
        }
        try await expectSpread("ahead")
        // Half of it before the clock is set, half after.
        try write(AuditEvents.spread("across", 0..<5, from: Date().addingTimeInterval(Double(ahead) - 1)))
        #expect(try await watcher.holds { try deployments(of: "across") == 5 })
        ahead = 0
        try clock.set(ahead: ahead)
        // It looks at its clock every second.
        try await Task.sleep(for: .seconds(2))
        try write(AuditEvents.spread("across", 5..<10, from: Date()))
        #expect(try await watcher.holds { try spreaders().contains("across") }, "\(watcher.messages)")
        try await expectSpread("back")
        // A restart does not make it forget where its time stood.
        watcher.kill9()
        try watcher.start(clock.environment())
        try await expectSpread("restarted")

        ahead = 86_400
        try clock.set(ahead: ahead)
        try await expectSpread("day")
        ahead = 0
        try clock.set(ahead: ahead)
        try await Task.sleep(for: .seconds(2))
        try await expectSpread("again")
        #expect(try spreaders() == ["ahead", "across", "back", "restarted", "day", "again"])
        // Whoever is new is learned, whatever the clock says.
        #expect(try watcher.rows("SELECT rule_title FROM findings WHERE rule_title LIKE '%First Time%'").isEmpty)
        #expect(watcher.stop() == 0, "\(watcher.messages)")
    }

    @Test func `a clock that is ahead by decades does not have everything forgotten`() async throws {
        try watcher.start()
        try write(AuditEvents.pod("gone", by: "gone", time: AuditEvents.text(Date())))
        try write(AuditEvents.spread("kept", 0..<10, from: Date().addingTimeInterval(-1)))
        try write(AuditEvents.pod("old", by: "old", time: "1970-01-01T00:00:00Z", isDangerous: true))
        #expect(try await watcher.holds { try deployments(of: "old") == 1 }, "\(watcher.messages)")
        #expect(watcher.stop() == 0, "\(watcher.messages)")
        // One that is too old for certain, by which it is seen that what is too old was looked for.
        let age = "UPDATE deployments SET at = 0, received_at = 0 WHERE user_name = 'gone'"
        #expect(try Tool.run("/usr/bin/sqlite3", [watcher.path(watcher.ledger), age]).status == 0)

        // Ten minutes, after which it looks for what is too old, pass in three seconds.
        let clock = try ShownClock(in: watcher.folder)
        try clock.set(ahead: 40 * 365 * 86_400)
        try watcher.start(clock.environment(factor: 200))
        #expect(try await watcher.holds { try deployments(of: "gone") == 0 }, "\(watcher.messages)")
        #expect(try deployments(of: "kept") == 10)
        #expect(try deployments(of: "old") == 1)
        #expect(watcher.stop() == 0, "\(watcher.messages)")
    }
}
