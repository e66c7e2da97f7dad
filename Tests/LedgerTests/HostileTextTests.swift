import Deployments
import Ledger
import Testing

@Suite struct HostileTextTests {
    private let folder = TemporaryFolder()

    private static let texts: [String] = [
        "", "'; DROP TABLE findings; --", "\" OR 1=1 --", "a\0b", "\0", "a\0", "%_*?[]^\\", "\u{202E}evil\u{FEFF}",
        String(decoding: [0xFF, 0xFE, 0x41, 0xC0, 0x80], as: UTF8.self), "e\u{301}", "é", "\n\r\t",
        String(String.UnicodeScalarView((0..<0x80).compactMap(Unicode.Scalar.init))),
        String(repeating: "😀\0'\"", count: 20_000), "NULL", "1", "0x10", "1e9999", "?1", ":id", "$x", "\u{10FFFF}",
    ]

    @Test func `every field comes back as it was, whatever is in it`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        for (index, text) in Self.texts.enumerated() {
            let finding = FindingEntry(
                id: "\(index)\(text)",
                deploymentID: "\(index)\(text)",
                ruleID: text,
                ruleTitle: text,
                level: "low",
                time: Timestamp(microseconds: .min),
                receivedAt: Timestamp(microseconds: .max),
                fields: [text: text, "user.name": text],
                group: text,
                sentence: text,
                ecs: Array(text.utf8)
            )
            let trail = TrailEntry(source: text, dataset: text, time: .after(0), path: text, offset: .max)
            let deployment = DeploymentEntry(
                id: "\(index)\(text)",
                time: nil,
                receivedAt: .after(Int64(index)),
                fields: [text: text],
                joinKeys: [text, text],
                ecs: Array(text.utf8),
                record: Array(text.utf8),
                trail: [trail]
            )
            let stream = StreamEntry(
                source: text,
                stream: text,
                cursor: text,
                checkpoint: StreamEntry.Checkpoint(cursor: text, memory: Array(text.utf8)),
                recordsSince: .max
            )
            let event = CorrelationEntry(findingID: "\(index)\(text)", time: .after(0), event: Array(text.utf8))
            let committed = try await ledger.commit(
                LedgerBatch(
                    deployments: [deployment],
                    findings: [finding],
                    streams: [stream],
                    correlationEvents: [event],
                    sightings: [Sighting(kind: text, value: text, time: .after(0))]
                )
            )
            #expect(committed.newFindings.count == 1)
            let sequence = try #require(committed.newFindings.first?.sequence)
            try await ledger.setOutputPosition(text, sequence)

            #expect(try await ledger.findings(afterSequence: sequence - 1, limit: 1).map(\.finding) == [finding])
            let details = try await ledger.details(ofFinding: finding.id)
            #expect(details.stored.finding == finding)
            #expect(details.deployment == deployment)
            #expect(try await ledger.streams(of: text) == [stream])
            #expect(try await ledger.correlationEvents(since: .after(0)).last == event)
            #expect(try await ledger.sightings(of: text).map(\.value) == [text])
            #expect(try await ledger.outputPosition(text) == sequence)
            // What is known is known by all of its name.
            #expect(try await ledger.commit(LedgerBatch(findings: [finding])).newFindings == [])
        }
        #expect(try await ledger.integrityCheck() == [])
    }

    @Test func `a name with a NUL is not the name before it`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(
            LedgerBatch(findings: [
                .sample("plain", fields: ["user.name": "admin"]), .sample("nul", fields: ["user.name": "admin\0x"]),
            ])
        )
        var query = LedgerQuery()
        query.expression = try FieldExpression(parsing: "user.name=admin")
        #expect(try await ledger.findings(query).map(\.finding.id) == ["plain"])
    }

    @Test func `records that are no JSON are listed, and asked for nothing`() async throws {
        let ledger = try Ledger(path: folder.ledger)
        _ = try await ledger.commit(
            LedgerBatch(findings: [
                .sample("broken", ecs: "{\"a\":"), .sample("sound", ecs: #"{"a":{"b":"x"}}"#),
                .sample("empty", ecs: ""),
            ])
        )
        #expect(try await ledger.findings(LedgerQuery()).count == 3)
        var query = LedgerQuery()
        query.expression = try FieldExpression(parsing: "a.b=x")
        #expect(try await ledger.findings(query).map(\.finding.id) == ["sound"])
        query.expression = try FieldExpression(parsing: "a.b!=x")
        #expect(try await ledger.findings(query).map(\.finding.id).sorted() == ["broken", "empty"])
    }
}
