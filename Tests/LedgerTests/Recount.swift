import Deployments
import Ledger
import Testing

/// What the ledger tells at a glance, counted row by row.
struct Recount {
    private let deployments: [StoredDeployment]
    private let findings: [StoredFinding]

    init(_ ledger: Ledger) async throws {
        var query = LedgerQuery()
        query.limit = .max
        deployments = try await ledger.deployments(query)
        findings = try await ledger.findings(query)
    }

    private var open: [StoredFinding] { findings.filter { $0.state == .open } }

    /// The overview of whole hours since 1970.
    func overview(hours: Range<Int>, step: Int) -> LedgerOverview {
        let buckets = stride(from: hours.lowerBound, to: hours.upperBound, by: step).map { first in
            var bucket = LedgerOverview.Bucket(
                since: .hours(first),
                until: .hours(min(first + step, hours.upperBound))
            )
            let window = bucket.since..<bucket.until
            for row in deployments where window.contains(row.place.time) {
                bucket.deployments[row.deployment.fields["deployment.route"] ?? "", default: 0] += 1
            }
            for row in findings where window.contains(row.place.time) {
                bucket.findings[FindingLevel(named: row.finding.level), default: 0] += 1
            }
            return bucket
        }
        return LedgerOverview(
            buckets: buckets,
            openFindings: Dictionary(open.map { (FindingLevel(named: $0.finding.level), 1) }) { $0 + $1 },
            deployments: deployments.count
        )
    }

    var attention: [OpenRule] {
        // The newest comes first.
        let rules = Dictionary(grouping: open, by: \.finding.ruleID).values.sorted { left, right in
            let (weight, other) = (Self.level(left), Self.level(right))
            guard weight == other else { return weight > other }
            let (place, otherPlace) = (left[0].place, right[0].place)
            return (place.time, place.number) > (otherPlace.time, otherPlace.number)
        }
        return rules.map { findings in
            OpenRule(
                id: findings[0].finding.ruleID,
                title: findings[0].finding.ruleTitle,
                level: Self.level(findings),
                count: findings.count,
                newest: findings[0].place.time,
                newestID: findings[0].finding.id
            )
        }
    }

    private static func level(_ findings: [StoredFinding]) -> FindingLevel {
        findings.map { FindingLevel(named: $0.finding.level) }.max() ?? .medium
    }

    /// What is told at a glance is what is there, and nothing is left of what is not.
    static func check(
        _ ledger: Ledger,
        hours: Range<Int>,
        _ comment: Comment? = nil,
        sourceLocation location: SourceLocation = #_sourceLocation
    ) async throws {
        let recount = try await Recount(ledger)
        for step in [1, 7, 24] {
            let overview = try await ledger.overview(
                since: .hours(hours.lowerBound),
                until: .hours(hours.upperBound),
                step: step
            )
            #expect(overview == recount.overview(hours: hours, step: step), comment, sourceLocation: location)
        }
        #expect(try await ledger.attention(limit: .max) == recount.attention, comment, sourceLocation: location)
        let idle = try ["deployments_by_hour", "findings_by_hour", "open_findings_by_rule"].map { table in
            try SQLite.run("SELECT count(*) FROM \(table) WHERE count < 1", on: ledger.path)
        }
        #expect(idle == ["0\n", "0\n", "0\n"], comment, sourceLocation: location)
    }
}

extension Timestamp {
    /// That many hours after 1970, and some microseconds.
    static func hours(_ hours: Int, microseconds: Int64 = 0) -> Timestamp {
        Timestamp(microseconds: Int64(hours) * 3_600_000_000 + microseconds)
    }
}
