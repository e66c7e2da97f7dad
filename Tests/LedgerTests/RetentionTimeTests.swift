import Deployments
import Ledger
import Testing

/// What is too old, where clocks are wrong.
@Suite struct RetentionTimeTests {
    private let folder = TemporaryFolder()
    private static let day: Int64 = 86_400

    @Test func `what bears a time long past is kept for as long as anything that was remembered then`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let now = 1_000 * Self.day
        var low = FindingEntry.sample("low", level: "low", at: 0)
        var high = FindingEntry.sample("high", level: "high", at: 0)
        (low.receivedAt, high.receivedAt) = (.after(now), .after(now))
        _ = try await ledger.commit(
            LedgerBatch(deployments: [.sample("d", at: 0, receivedAt: now)], findings: [low, high])
        )
        func left(_ days: Int64) async throws -> [String] {
            _ = try await ledger.retain(Retention(days: 90, openDays: 90), now: .after(now + days * Self.day))
            return try await ledger.findings(afterSequence: 0, limit: 9).map(\.finding.id)
                + ledger.deployments(LedgerQuery()).map(\.deployment.id)
        }
        #expect(try await left(0) == ["low", "high", "d"])
        #expect(try await left(89) == ["low", "high", "d"])
        #expect(try await left(91) == ["high"])
        #expect(try await left(181) == [])
    }

    @Test func `a clock that jumps ahead by years has nothing forgotten, and one that is set back is followed`() {
        let start = ContinuousClock.now
        var clock = RetentionClock(now: .after(0), start, newest: .after(-60))
        func time(_ now: Int64, hours: Int) -> Timestamp {
            clock.time(at: .after(now), start + .seconds(3_600 * hours))
        }
        #expect(time(3_600, hours: 1) == .after(3_600))
        #expect(time(70 * 365 * Self.day, hours: 2) == .after(3_600 + Self.day))
        #expect(time(3 * 3_600, hours: 3) == .after(3 * 3_600))
        #expect(time(-9_000, hours: 4) == .after(-9_000))
    }

    @Test func `after a long standstill it catches up in days`() {
        let start = ContinuousClock.now
        var clock = RetentionClock(now: .after(240 * Self.day), start, newest: .after(0))
        #expect(clock.time(at: .after(240 * Self.day), start) == .after(0))
        #expect(clock.time(at: .after(241 * Self.day), start + .seconds(Self.day)) == .after(24 * Self.day))
        #expect(clock.time(at: .after(251 * Self.day), start + .seconds(11 * Self.day)) == .after(251 * Self.day))
    }

    @Test func `when something was remembered last is known`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        #expect(try await ledger.newestReceipt() == nil)
        _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d", at: 0, receivedAt: 77)]))
        #expect(try await ledger.newestReceipt() == .after(77))
    }
}
