import Foundation
import Testing

/// A program that is killed again and again, at moments that nobody chose.
@Suite struct KillLoopTests {
    @Test(.enabled(if: Tool.isThere("/usr/bin/sqlite3"), "sqlite3 is missing: Scripts/setup tests"))
    func `killed over and over while it reads a million records, it finds what it would have found`() async throws {
        let traffic = Traffic()
        let given = ProcessInfo.processInfo.environment["TIDEWAITER_KILL_SEED"]
        let seed = given.flatMap(UInt64.init) ?? .random(in: 0...999_999)
        let context: Comment = "TIDEWAITER_KILL_SEED=\(seed) has the same kills again"
        async let undisturbed = FollowedTraffic.undisturbed(traffic)
        let (outcome, kills, records) = try await killed(traffic, seed)
        let expected = try await undisturbed
        #expect(kills >= 50)
        #expect(records >= 1_000_000)
        #expect(expected.findings.count > 500)
        outcome.expectSame(as: expected, context)

        #expect(expected.told.count == expected.findings.count)
        #expect(Set(expected.told) == Set(expected.findings.keys))
        #expect(expected.broken == 0)
        // After a kill the last ones may be told again, under the same ids.
        #expect(Set(outcome.told) == Set(expected.findings.keys), context)
        #expect(outcome.told.count - expected.told.count <= kills * 256, context)
        #expect(outcome.broken <= kills, context)
    }

    private func killed(
        _ traffic: Traffic,
        _ seed: UInt64
    ) async throws -> (outcome: LedgerOutcome, kills: Int, records: Int) {
        let followed = try FollowedTraffic(traffic)
        var random = SeededGenerator(seed: seed)
        var kills = 0
        func kill(within milliseconds: Int) async throws {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...milliseconds, using: &random)))
            followed.watcher.kill9()
            kills += 1
            try followed.watcher.start()
        }
        try followed.watcher.start()
        for round in 0..<traffic.rounds {
            try await followed.follow(round..<(round + 1))
            try await kill(within: 900)
            // While it starts and catches up.
            if round % 6 == 2 { try await kill(within: 1_200) }
        }
        return (try await followed.end(), kills, followed.records)
    }
}
