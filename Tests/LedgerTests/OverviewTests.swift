import Deployments
import Ledger
import Testing

@Suite struct OverviewTests {
    private let folder = TemporaryFolder()

    private func deployment(_ id: String, _ time: Timestamp, _ route: String?) -> DeploymentEntry {
        var entry = DeploymentEntry.sample(id)
        entry.time = time
        entry.fields["deployment.route"] = route
        return entry
    }

    private func finding(
        _ id: String,
        _ level: String,
        _ time: Timestamp,
        rule: String = "rule-1"
    ) -> FindingEntry {
        var entry = FindingEntry.sample(id, rule: rule, level: level)
        entry.time = time
        return entry
    }

    @Test func `an empty ledger has empty buckets and nothing that needs attention`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        #expect(
            try await ledger.overview(since: .hours(10), until: .hours(12))
                == LedgerOverview(
                    buckets: [
                        .init(since: .hours(10), until: .hours(11)), .init(since: .hours(11), until: .hours(12)),
                    ],
                    openFindings: [:],
                    deployments: 0
                )
        )
        #expect(try await ledger.attention(limit: 10) == [])
    }

    @Test func `what happens at the edge of an hour is in the bucket that begins with it`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let last: Int64 = 3_599_999_999
        _ = try await ledger.commit(
            LedgerBatch(
                deployments: [
                    deployment("before", .hours(9, microseconds: last), "swarm"),
                    deployment("first", .hours(10), "swarm"),
                    deployment("second", .hours(10, microseconds: last), "nomad"),
                    deployment("third", .hours(11), nil), deployment("last", .hours(12, microseconds: last), "nomad"),
                    deployment("behind", .hours(13), "nomad"),
                ],
                findings: [
                    finding("before", "critical", .hours(9, microseconds: last)), finding("first", "low", .hours(10)),
                    finding("second", "low", .hours(11, microseconds: last)), finding("last", "high", .hours(12)),
                    finding("behind", "high", .hours(13)),
                ]
            )
        )
        _ = try await ledger.setState(
            ofFindings: ["second", "behind"],
            to: .acknowledged,
            note: "",
            author: "alice",
            at: .hours(14)
        )
        let hourly = try await ledger.overview(since: .hours(10), until: .hours(13))
        #expect(
            hourly.buckets == [
                .init(
                    since: .hours(10),
                    until: .hours(11),
                    deployments: ["swarm": 1, "nomad": 1],
                    findings: [.low: 1]
                ),
                .init(since: .hours(11), until: .hours(12), deployments: ["": 1], findings: [.low: 1]),
                .init(since: .hours(12), until: .hours(13), deployments: ["nomad": 1], findings: [.high: 1]),
            ]
        )
        #expect(hourly.openFindings == [.low: 1, .high: 1, .critical: 1])
        #expect(hourly.deployments == 6)
        // The last has what is left of the window.
        #expect(
            try await ledger.overview(since: .hours(10), until: .hours(13), step: 2).buckets == [
                .init(
                    since: .hours(10),
                    until: .hours(12),
                    deployments: ["swarm": 1, "nomad": 1, "": 1],
                    findings: [.low: 2]
                ),
                .init(since: .hours(12), until: .hours(13), deployments: ["nomad": 1], findings: [.high: 1]),
            ]
        )
    }

    @Test func `a deployment is counted by the route that its record has, where nothing else says it`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let records = [
            #"{"deployment":{"route":"swarm"}}"#, #"{"deployment":{"route":7}}"#, #"{"deployment":{"route":null}}"#,
            "no JSON", "",
        ]
        var entries = records.enumerated().map { DeploymentEntry.sample("d\($0)", ecs: $1) }
        entries.append(.sample("said", fields: ["deployment.route": "nomad"], ecs: records[0]))
        _ = try await ledger.commit(LedgerBatch(deployments: entries))
        let overview = try await ledger.overview(since: .after(0), until: .after(1))
        #expect(overview.buckets.map(\.deployments) == [["swarm": 1, "7": 1, "": 3, "nomad": 1]])
        // And so when it is written again.
        entries[0].ecs = Array(records[1].utf8)
        _ = try await ledger.commit(LedgerBatch(deployments: [entries[0]]))
        let later = try await ledger.overview(since: .after(0), until: .after(1))
        #expect(later.buckets.map(\.deployments) == [["7": 2, "": 3, "nomad": 1]])
    }

    @Test func `a window is widened to the hours that it touches`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        func edges(_ since: Timestamp, _ until: Timestamp, _ step: Int = 1) async throws -> [[Timestamp]] {
            try await ledger.overview(since: since, until: until, step: step).buckets.map { [$0.since, $0.until] }
        }
        let minute: Int64 = 60_000_000
        #expect(
            try await edges(.hours(5, microseconds: minute), .hours(6, microseconds: 1)) == [
                [.hours(5), .hours(6)], [.hours(6), .hours(7)],
            ]
        )
        #expect(try await edges(.hours(5, microseconds: minute), .hours(6)) == [[.hours(5), .hours(6)]])
        #expect(try await edges(.hours(-1, microseconds: 1), .hours(-1, microseconds: 2)) == [[.hours(-1), .hours(0)]])
        #expect(
            try await edges(.hours(-1, microseconds: -1), .hours(0, microseconds: 1), 2) == [
                [.hours(-2), .hours(0)], [.hours(0), .hours(1)],
            ]
        )
        #expect(try await edges(.hours(5), .hours(5)) == [])
        #expect(try await edges(.hours(5), .hours(4)) == [])
        #expect(try await edges(.hours(0), .hours(3), .max) == [[.hours(0), .hours(3)]])
        let ever = try await edges(Timestamp(microseconds: .min), Timestamp(microseconds: .max), .max)
        #expect(ever == [[Timestamp(microseconds: .min), Timestamp(microseconds: .max)]])
    }

    @Test func `steps without an hour, and more of them than anybody looks at, are refused`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        func reason(_ until: Timestamp, _ step: Int) async -> LedgerError.Reason? {
            do {
                _ = try await ledger.overview(since: .hours(0), until: until, step: step)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(await reason(.hours(1), 0) == .invalid)
        #expect(await reason(.hours(1), -1) == .invalid)
        #expect(await reason(.hours(Ledger.maximumBuckets), 1) == nil)
        #expect(await reason(.hours(Ledger.maximumBuckets, microseconds: 1), 1) == .invalid)
        #expect(await reason(Timestamp(microseconds: .max), 1) == .invalid)
    }

    @Test func `the weightiest rules need attention first, then those with the newest findings`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        var renamed = finding("c2", "medium", .hours(7), rule: "c")
        renamed.ruleTitle = "New title of c"
        _ = try await ledger.commit(
            LedgerBatch(findings: [
                finding("a1", "high", .hours(3), rule: "a"), finding("a2", "high", .hours(1), rule: "a"),
                finding("b1", "high", .hours(4), rule: "b"),
                // Once critical, medium since.
                finding("c1", "critical", .hours(2), rule: "c"), renamed,
                finding("d1", "low", .hours(9), rule: "d"), finding("e1", "critical", .hours(9), rule: "e"),
                finding("g1", "high", .hours(4), rule: "g"),
            ])
        )
        _ = try await ledger.setState(ofFindings: ["e1"], to: .closed, note: "", author: "alice", at: .hours(9))
        func rule(_ id: String, _ level: FindingLevel, _ count: Int, _ hour: Int, _ newest: String) -> OpenRule {
            OpenRule(
                id: id,
                title: id == "c" ? "New title of c" : "Title of \(id)",
                level: level,
                count: count,
                newest: .hours(hour),
                newestID: newest
            )
        }
        let all = [
            rule("c", .critical, 2, 7, "c2"), rule("g", .high, 1, 4, "g1"), rule("b", .high, 1, 4, "b1"),
            rule("a", .high, 2, 3, "a1"), rule("d", .low, 1, 9, "d1"),
        ]
        #expect(try await ledger.attention(limit: 10) == all)
        #expect(try await ledger.attention(limit: 2) == Array(all.prefix(2)))
        #expect(try await ledger.attention(limit: 0) == [])
        #expect(try await ledger.attention(limit: -1) == [])
        // What is acknowledged needs none any more: what is left of its rule is what counts.
        _ = try await ledger.setState(
            ofFindings: ["c1", "a1", "d1"],
            to: .acknowledged,
            note: "",
            author: "alice",
            at: .hours(9)
        )
        #expect(
            try await ledger.attention(limit: 10) == [
                rule("g", .high, 1, 4, "g1"), rule("b", .high, 1, 4, "b1"), rule("a", .high, 1, 1, "a2"),
                rule("c", .medium, 1, 7, "c2"),
            ]
        )
    }
}
