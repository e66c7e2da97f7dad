import Testing

/// What a ledger holds and what was told in the end, without when that was.
struct LedgerOutcome {
    /// Findings by id: rule, level, time, the deployment that they speak of, and what they say.
    var findings: [String: [String]]
    /// Deployments by id: time, action, image, principal, address, and how many records spoke of each.
    var deployments: [String: [String]]
    /// Ids in the order in which they were told.
    var told: [String]
    /// Lines of the output's file that are no JSON.
    var broken: Int

    init(_ watcher: Watcher, told name: String = "told.jsonl") throws {
        let findings = try watcher.rows(
            "SELECT id, rule_id, level, at, coalesce(deployment_id, ''), sentence FROM findings"
        )
        self.findings = Dictionary(findings.map { ($0[0], Array($0[1...])) }) { first, _ in first }
        let deployments = try watcher.rows(
            """
            SELECT id, at, action, coalesce(image, ''), coalesce(user_name, ''), coalesce(source_ip, ''),
                (SELECT count(*) FROM trail WHERE deployment = deployments.number) FROM deployments
            """
        )
        self.deployments = Dictionary(deployments.map { ($0[0], Array($0[1...])) }) { first, _ in first }
        told = watcher.toldIDs(name)
        broken = watcher.told(name).broken
    }

    /// Expects to have found what another has, and nothing else.
    func expectSame(as other: LedgerOutcome, _ context: Comment? = nil, _ place: SourceLocation = #_sourceLocation) {
        #expect(Self.differences(findings, other.findings) == [], context, sourceLocation: place)
        #expect(Self.differences(deployments, other.deployments) == [], context, sourceLocation: place)
    }

    /// What one has and the other has not, or otherwise; a few of them.
    private static func differences(_ one: [String: [String]], _ other: [String: [String]]) -> [String] {
        let different = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }
        return different.sorted().prefix(20).map { id in
            "\(id): \(one[id].map(String.init(describing:)) ?? "nothing") instead of "
                + "\(other[id].map(String.init(describing:)) ?? "nothing")"
        }
    }
}
