import Deployments
import Ledger
import Testing

@Suite struct CommitTests {
    private let folder = TemporaryFolder()

    @Test func `what was committed is there when the ledger is opened again`() async throws {
        var ledger = try Ledger(path: folder.ledger)
        let finding = FindingEntry.sample(
            "f1",
            deployment: "d1",
            fields: ["user.name": "alice", "event.action": "create"]
        )
        let committed = try await ledger.commit(
            LedgerBatch(
                deployments: [
                    .sample(
                        "d1",
                        keys: ["id:abc", "name:web"],
                        trail: [TrailEntry(source: "audit", dataset: "k8s", offset: 7)]
                    )
                ],
                findings: [finding, .sample("f2", deployment: "d1", rule: "rule-2")],
                streams: [
                    StreamEntry(
                        source: "audit",
                        stream: "/var/log/audit.log",
                        cursor: "120",
                        checkpoint: StreamEntry.Checkpoint(cursor: "100", memory: [0, 1, 255]),
                        recordsSince: 3
                    )
                ],
                correlationEvents: [CorrelationEntry(findingID: "f1", time: .after(0), event: [1, 2])],
                sightings: [Sighting(kind: "principal", value: "alice", time: .after(0))]
            )
        )
        #expect(committed.newFindings == [.init(id: "f1", sequence: 1), .init(id: "f2", sequence: 2)])
        #expect(committed.newDeployments == ["d1"])
        #expect(committed.firstSightings.map(\.value) == ["alice"])
        try ledger.close()

        ledger = try Ledger(path: folder.ledger)
        #expect(
            try await ledger.findings(afterSequence: 0, limit: 1) == [SequencedFinding(sequence: 1, finding: finding)]
        )
        #expect(
            try await ledger.recentDeployments(since: .after(0), limit: 10) == [
                JoinableDeployment(
                    id: "d1",
                    joinKeys: ["id:abc", "name:web"],
                    record: Array("record".utf8),
                    time: .after(0),
                    receivedAt: .after(1)
                )
            ]
        )
        #expect(
            try await ledger.streams(of: "audit") == [
                StreamEntry(
                    source: "audit",
                    stream: "/var/log/audit.log",
                    cursor: "120",
                    checkpoint: StreamEntry.Checkpoint(cursor: "100", memory: [0, 1, 255]),
                    recordsSince: 3
                )
            ]
        )
        #expect(
            try await ledger.correlationEvents(since: .after(0)) == [
                CorrelationEntry(findingID: "f1", time: .after(0), event: [1, 2])
            ]
        )
        #expect(
            try await ledger.sightings(of: "principal") == [
                Sighting(kind: "principal", value: "alice", time: .after(0))
            ]
        )
        #expect(try await ledger.newestSequence() == 2)
    }

    @Test func `a finding that is known is left alone, and so is the same rule on the same deployment`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("f1", deployment: "d1", level: "low")]))
        let committed = try await ledger.commit(
            LedgerBatch(findings: [
                .sample("f1", deployment: "d1", level: "critical"), .sample("f2", deployment: "d1"),
                .sample("f3", deployment: "d2"), .sample("f4"), .sample("f5"),
            ])
        )
        #expect(committed.newFindings.map(\.id) == ["f3", "f4", "f5"])
        #expect(
            try await ledger.findings(afterSequence: 0, limit: 9).map(\.finding.level) == [
                "low", "high", "high", "high",
            ]
        )
    }

    @Test func `what is known of a deployment grows with its trail`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let events = TrailEntry(source: "docker", dataset: "docker.events", time: .after(1))
        let log = TrailEntry(source: "log", dataset: "docker.log", time: nil, path: "/var/log/docker.log", offset: 12)
        _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d1", at: nil, trail: [events])]))
        let committed = try await ledger.commit(
            LedgerBatch(deployments: [.sample("d1", at: 5, receivedAt: 99, record: "better", trail: [log, events])])
        )
        #expect(committed.newDeployments == [])
        #expect(try await ledger.trail(ofDeployment: "d1") == [events, log])
        let known = try await ledger.recentDeployments(since: .after(0), limit: 9)
        #expect(known.map(\.record) == [Array("better".utf8)])
        #expect(known.map(\.receivedAt) == [.after(1)])
    }

    @Test func `of a deployment that thousands of records speak of the first are kept`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        for start in [0, 200, 400] {
            let trail = (start..<start + 200).map { TrailEntry(source: "log", dataset: "docker.log", offset: $0) }
            _ = try await ledger.commit(LedgerBatch(deployments: [.sample("d1", trail: trail)]))
        }
        #expect(try await ledger.trail(ofDeployment: "d1").map(\.offset) == (0..<256).map { $0 })
    }

    @Test func `a checkpoint stays until there is another, and goes with its stream`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        func entry(_ cursor: String?, _ checkpoint: StreamEntry.Checkpoint? = nil, _ since: Int = 0) -> LedgerBatch {
            LedgerBatch(streams: [
                StreamEntry(source: "s", stream: "a", cursor: cursor, checkpoint: checkpoint, recordsSince: since)
            ])
        }
        let (one, two) = (
            StreamEntry.Checkpoint(cursor: "1", memory: [1]), StreamEntry.Checkpoint(cursor: "3", memory: [])
        )
        _ = try await ledger.commit(entry("1", one))
        _ = try await ledger.commit(entry("2", nil, 1))
        #expect(
            try await ledger.streams(of: "s") == [
                StreamEntry(source: "s", stream: "a", cursor: "2", checkpoint: one, recordsSince: 1)
            ]
        )
        _ = try await ledger.commit(entry("3", two))
        #expect(try await ledger.streams(of: "s").map(\.checkpoint) == [two])
        #expect(try await ledger.sources() == ["s"])
        _ = try await ledger.commit(entry(nil))
        #expect(try await ledger.streams(of: "s") == [])
        _ = try await ledger.commit(entry("4"))
        #expect(try await ledger.streams(of: "s").map(\.checkpoint) == [nil])
    }

    @Test func `changes stand on top of a checkpoint in their order, until there is another`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        func commit(_ stream: String, _ checkpoint: StreamEntry.Checkpoint?, _ changes: [UInt8] = []) async throws {
            var entry = StreamEntry(source: "s", stream: stream, cursor: "1", checkpoint: checkpoint)
            entry.changes = changes
            _ = try await ledger.commit(LedgerBatch(streams: [entry]))
        }
        func checkpoints() async throws -> [StreamEntry.Checkpoint?] {
            try await ledger.streams(of: "s").map(\.checkpoint)
        }
        for stream in ["a", "b"] { try await commit(stream, .init(cursor: "1", memory: [9])) }
        for change in [[UInt8]]([[1, 2], [], [3]]) { try await commit("a", nil, change) }
        try await commit("b", nil, [4])
        #expect(
            try await checkpoints() == [
                .init(cursor: "1", memory: [9], changes: [[1, 2], [3]]),
                .init(cursor: "1", memory: [9], changes: [[4]]),
            ]
        )
        try await commit("a", .init(cursor: "1", memory: [8]))
        #expect(
            try await checkpoints() == [
                .init(cursor: "1", memory: [8]), .init(cursor: "1", memory: [9], changes: [[4]]),
            ]
        )
        _ = try await ledger.commit(LedgerBatch(streams: [StreamEntry(source: "s", stream: "b", cursor: nil)]))
        #expect(try SQLite.run("SELECT count(*) FROM checkpoint_changes", on: folder.ledger) == "0\n")
    }

    @Test func `the deployments remembered last are given back, in that order, whenever they happened`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let times: [Int64?] = [30, 10, nil, 20]
        let entries = times.enumerated().map {
            DeploymentEntry.sample("d\($0)", at: $1, receivedAt: 15 + Int64($0))
        }
        _ = try await ledger.commit(LedgerBatch(deployments: entries))
        #expect(try await ledger.recentDeployments(since: .after(16), limit: 9).map(\.id) == ["d1", "d2", "d3"])
        #expect(try await ledger.recentDeployments(since: .after(0), limit: 2).map(\.id) == ["d2", "d3"])
        #expect(try await ledger.newestReceipt() == .after(18))
    }

    @Test func `only what was never seen is a first sighting`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        func seen(_ value: String, _ second: Int64) async throws -> [String] {
            let batch = LedgerBatch(sightings: [Sighting(kind: "image", value: value, time: .after(second))])
            return try await ledger.commit(batch).firstSightings.map(\.value)
        }
        #expect(try await seen("nginx", 10) == ["nginx"])
        #expect(try await seen("nginx", 20) == [])
        #expect(try await seen("nginx", 5) == [])
        #expect(try await seen("redis", 20) == ["redis"])
        #expect(try await ledger.sightings(of: "image").map(\.time) == [.after(5), .after(20)])
        #expect(try await ledger.sightings(of: "principal") == [])
    }

    @Test func `outputs remember how far they have told`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        #expect(try await ledger.outputPosition("webhook") == nil)
        try await ledger.setOutputPosition("webhook", 4)
        try await ledger.setOutputPosition("webhook", 9)
        try await ledger.setOutputPosition("file", 2)
        #expect(try await ledger.outputPositions() == ["webhook": 9, "file": 2])
        try await ledger.forgetOutput("file")
        #expect(try await ledger.outputPosition("file") == nil)
    }

    @Test func `batches of many tasks are each committed, in any order`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let new = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<200 {
                group.addTask {
                    // Every id is told twice; one of the two is new.
                    let batch = LedgerBatch(findings: [.sample("f\(task / 2)"), .sample("g\(task)")])
                    return try await ledger.commit(batch).newFindings.count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(new == 300)
        #expect(try await ledger.findings(afterSequence: 0, limit: 999).count == 300)
    }

    @Test func `a cancelled task's batch is remembered all the same`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await ledger.commit(LedgerBatch(findings: [.sample("f1")]))
        }
        #expect(try await task.value.newFindings.count == 1)
    }
}

@Suite struct AbsorptionTests {
    private let folder = TemporaryFolder()

    @Test func `a deployment that turns out to be another leaves it its records and findings`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let first = TrailEntry(source: "proxy", dataset: "nginx.access", offset: 1)
        let second = TrailEntry(source: "audit", dataset: "kubernetes.audit", offset: 2)
        _ = try await ledger.commit(
            LedgerBatch(
                deployments: [.sample("d1", trail: [first]), .sample("d2", trail: [second])],
                findings: [
                    .sample("f1", deployment: "d1", rule: "same"), .sample("f2", deployment: "d2", rule: "same"),
                    .sample("f3", deployment: "d2", rule: "other"),
                ]
            )
        )
        var batch = LedgerBatch()
        batch.absorptions = [Absorption(id: "d2", into: "d1"), Absorption(id: "none", into: "d1")]
        _ = try await ledger.commit(batch)
        #expect(try await ledger.trail(ofDeployment: "d1") == [first, second])
        #expect(try await ledger.recentDeployments(since: .after(-1_000), limit: 10).map(\.id) == ["d1"])
        let findings = try await ledger.findings(afterSequence: 0, limit: 10).map(\.finding)
        #expect(findings.map(\.id) == ["f1", "f2", "f3"])
        #expect(findings.map(\.deploymentID) == ["d1", nil, "d1"])
    }
}
