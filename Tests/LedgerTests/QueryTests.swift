import Deployments
import Ledger
import Testing

@Suite struct QueryTests {
    private let folder = TemporaryFolder()

    private func ids(
        _ ledger: Ledger,
        _ change: (inout LedgerQuery) throws -> Void
    ) async throws -> [String] {
        var query = LedgerQuery()
        try change(&query)
        return try await ledger.findings(query).map(\.finding.id)
    }

    private func filled() async throws -> Ledger {
        let ledger = try Ledger(path: folder.ledger)
        let levels = ["low", "critical", "medium", "high"]
        let findings = (0..<8).map { number in
            FindingEntry.sample(
                "f\(number)",
                rule: "rule-number-\(number % 2)",
                level: levels[number % 4],
                at: Int64(number) * 10
            )
        }
        _ = try await ledger.commit(LedgerBatch(findings: findings))
        return ledger
    }

    @Test func `the newest findings come first, between the bounds`() async throws {
        let ledger = try await filled()
        #expect(try await ids(ledger) { $0.limit = 3 } == ["f7", "f6", "f5"])
        #expect(
            try await ids(ledger) {
                $0.since = .after(20)
                $0.until = .after(50)
            } == ["f4", "f3", "f2"]
        )
    }

    @Test func `levels, rules and states are asked for`() async throws {
        let ledger = try await filled()
        #expect(try await ids(ledger) { $0.level = .high } == ["f7", "f5", "f3", "f1"])
        #expect(try await ids(ledger) { $0.rules = ["rule-number-1"] } == ["f7", "f5", "f3", "f1"])
        #expect(try await ids(ledger) { $0.rules = ["rule-n"] }.count == 8)
        #expect(try await ids(ledger) { $0.rules = ["TITLE OF rule-number-0"] }.count == 4)
        #expect(try await ids(ledger) { $0.rules = ["rule%"] } == [])
        _ = try await ledger.setState(
            ofFindings: ["f1", "f2"],
            to: .closed,
            note: "",
            author: "alice",
            at: .after(0)
        )
        #expect(try await ids(ledger) { $0.states = [.closed] } == ["f2", "f1"])
        #expect(try await ids(ledger) { $0.states = [.open, .acknowledged] }.count == 6)
    }

    @Test func `page after page tells everything once`() async throws {
        let ledger = try await filled()
        _ = try await ledger.commit(LedgerBatch(findings: (0..<5).map { .sample("same\($0)", at: 40) }))
        var query = LedgerQuery()
        query.limit = 3
        var ids: [String] = []
        while true {
            let page = try await ledger.findings(query)
            ids += page.map(\.finding.id)
            guard let last = page.last else { break }
            query.after = last.place
        }
        #expect(
            ids == ["f7", "f6", "f5", "same4", "same3", "same2", "same1", "same0", "f4", "f3", "f2", "f1", "f0"]
        )
    }

    private static let record = """
        {"@timestamp":"2026-11-24T15:00:00.000000Z","user":{"name":"Alice"},"deployment":{"replicas":3,\
        "host":{"paths":["/etc","/var/lib/docker"]},"run_as_root":true},"note":"a*b [c] 100%","empty":null,\
        "event":{"end":"2026-11-24T16:00:00.000000Z"},"rule":{"level":"high"},"ratio":0.5}
        """

    @Test(arguments: [
        ("user.name=Alice", true), ("user.name=alice", false), ("user.name~ALI", true), ("user.name!~ali", false),
        ("user.name=A*e", true), ("user.name=*", true), ("user.name=?lice", false), ("host.name=*", false),
        ("host.name!=x", true), ("deployment.host.paths=/etc", true), ("deployment.host.paths=/var/*", true),
        ("deployment.host.paths!=/etc", false), ("deployment.replicas>2", true), ("deployment.replicas>=3", true),
        ("deployment.replicas<3", false), ("deployment.replicas=3", true), ("deployment.run_as_root=true", true),
        ("deployment.run_as_root=1", false), ("ratio<=0.5", true), ("note='a\\*b [c] 100%'", true),
        ("note='a* [c] 100%'", true), ("note~[c]", true), ("note~'*] 1'", true), ("empty=*", false),
        ("event.end>2026-11-24T15:59:59Z", true), ("event.end<2026-11-24T17:00:00+02:00", false),
        ("event.end>=2026-11-25", false), ("user.name>5", false), ("rule.level>=medium", true),
        ("rule.level>high", false), ("rule.level=high", true), ("rule.level~HI", true),
        ("not user.name=Alice or ratio>0", true), ("not (user.name=Alice or ratio>0)", false),
        ("user.name=x or user.name=Alice and ratio>1", false), ("deployment=*", false),
        ("tidewaiter.finding.state=open", true), ("tidewaiter.finding.state!=closed", true), ("rule.id=rule-1", true),
        ("tidewaiter.finding.id=f*", true), ("rule.name~'TITLE OF'", true), ("@timestamp>2026-01-01", true),
    ]) func `an expression asks the record's fields`(_ text: String, _ isMeant: Bool) async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("f1", ecs: Self.record)]))
        #expect(try await ids(ledger) { $0.expression = try FieldExpression(parsing: text) } == (isMeant ? ["f1"] : []))
    }

    @Test func `deployments are asked by their fields and routes, the guards' decisions among them`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(
            LedgerBatch(deployments: [
                .sample("d1", at: 1, fields: ["deployment.route": "docker-api", "event.outcome": "failure"]),
                .sample("d2", at: 2, fields: ["user.name": "bob"], ecs: #"{"deployment":{"route":"kubernetes-api"}}"#),
            ])
        )
        func ids(_ change: (inout LedgerQuery) throws -> Void) async throws -> [String] {
            var query = LedgerQuery()
            try change(&query)
            return try await ledger.deployments(query).map(\.deployment.id)
        }
        #expect(try await ids { _ in } == ["d2", "d1"])
        #expect(try await ids { $0.routes = ["docker-api"] } == ["d1"])
        #expect(try await ids { $0.routes = ["kubernetes-api"] } == ["d2"])
        #expect(try await ids { $0.expression = try FieldExpression(parsing: "event.outcome=failure") } == ["d1"])
        #expect(try await ids { $0.expression = try FieldExpression(parsing: "not user.name=bob") } == ["d1"])
    }

    @Test func `what is said of a finding is kept with who said it, and seen in its record`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        let ecs = #"{"user":{"name":"a\u0000\u202e"},"tidewaiter":{"finding":{"id":"abc1"}}}"#
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("abc1", ecs: ecs), .sample("abd2")]))
        _ = try await ledger.setState(
            ofFindings: ["abc"],
            to: .acknowledged,
            note: "asked",
            author: "alice",
            at: .after(5)
        )
        _ = try await ledger.setState(ofFindings: ["abc1"], to: .closed, note: "", author: "bob", at: .after(6))
        let details = try await ledger.details(ofFinding: "abc")
        #expect(
            details.notes == [
                FindingNote(time: .after(5), author: "alice", state: .acknowledged, text: "asked"),
                FindingNote(time: .after(6), author: "bob", state: .closed, text: ""),
            ]
        )
        #expect(
            String(decoding: details.stored.ecs, as: UTF8.self)
                == #"{"user":{"name":"a\u0000\u202e"},"tidewaiter":{"finding":{"id":"abc1","state":"closed"}}}"#
        )
    }

    @Test func `who has not seen what a finding became changes none of those that were named`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("abc1"), .sample("abd2")]))
        func say(_ state: FindingState, seenAs seen: FindingState, of names: [String]) async throws(LedgerError) {
            _ = try await ledger.setState(
                ofFindings: names,
                seenAs: seen,
                to: state,
                note: "",
                author: "alice",
                at: .after(0)
            )
        }
        try await say(.closed, seenAs: .open, of: ["abd2"])
        do {
            try await say(.acknowledged, seenAs: .open, of: ["abc1", "abd2"])
            Issue.record("it was changed")
        } catch {
            #expect(error.reason == .changed)
            #expect(error.description == "abd2 is closed by now; look at it again")
        }
        #expect(try await ledger.details(ofFinding: "abc1").stored.state == .open)
        #expect(try await ledger.details(ofFinding: "abd2").notes.map(\.state) == [.closed])
    }

    @Test func `a name that means no finding, or several, changes nothing`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(LedgerBatch(findings: [.sample("abc1"), .sample("abd2"), .sample("abd")]))
        for name in ["ab", "x", "", "a*", "ABC1"] {
            await #expect(throws: LedgerError.self, "\(name)") {
                try await ledger.setState(
                    ofFindings: ["abc1", name],
                    to: .closed,
                    note: "",
                    author: "alice",
                    at: .after(0)
                )
            }
        }
        #expect(try await ledger.details(ofFinding: "abd").stored.finding.id == "abd")
        #expect(try await ledger.findings(LedgerQuery()).map(\.state) == [.open, .open, .open])
    }
}
