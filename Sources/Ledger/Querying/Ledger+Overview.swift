package import Deployments
internal import GRDB

/// What the ledger tells at a glance, out of counts that are kept as it is written: see ``Schema``.
extension Ledger {
    /// The most steps that a window is cut into.
    package static let maximumBuckets = 10_000

    /// The ledger in numbers, all of one moment.
    ///
    /// Counts are by the hour: the window is widened to the whole hours (of UTC) that it touches, and its steps begin with
    /// the first of them. Whoever wants days begins with one.
    ///
    /// - Parameters:
    ///   - since: not before.
    ///   - until: before this instant; where it is not after `since` there are no buckets.
    ///   - step: how many hours each bucket has; the last one has what is left.
    /// - Throws: ``LedgerError``; ``LedgerError/Reason/invalid`` where a step has no hour, or there are more than
    ///   ``maximumBuckets``.
    package func overview(
        since: Timestamp,
        until: Timestamp,
        step: Int = 1
    ) async throws(LedgerError) -> LedgerOverview {
        guard step > 0 else { throw LedgerError(.invalid, "a step has at least one hour") }
        let hours = LedgerHours(since: since, until: until, step: Int64(step))
        guard hours.count <= Self.maximumBuckets else {
            throw LedgerError(
                .invalid,
                "the window has \(hours.count) steps, and at most \(Self.maximumBuckets) are told; take longer ones"
            )
        }
        return try await read { database in
            try LedgerOverview(
                buckets: Self.buckets(hours, in: database),
                openFindings: Self.openFindings(in: database),
                deployments: Int.fetchOne(database, sql: "SELECT sum(count) FROM deployments_by_hour") ?? 0
            )
        }
    }

    /// The rules with open findings, those that need attention first: the weightiest level first, then the one with the
    /// newest finding.
    ///
    /// - Throws: ``LedgerError``.
    package func attention(limit: Int) async throws(LedgerError) -> [OpenRule] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT rules.rule_id, rules.level, rules.count, findings.rule_title, findings.at, findings.id
                    FROM (SELECT rule_id, max(level) AS level, sum(count) AS count
                        FROM open_findings_by_rule GROUP BY rule_id) AS rules
                    JOIN findings ON findings.sequence = (
                        SELECT sequence FROM findings WHERE state = 0 AND rule_id = rules.rule_id
                        ORDER BY at DESC, sequence DESC LIMIT 1)
                    ORDER BY rules.level DESC, findings.at DESC, findings.sequence DESC LIMIT ?
                    """,
                arguments: [max(0, limit)]
            )
            return rows.map { row in
                OpenRule(
                    id: row.text("rule_id"),
                    title: row.text("rule_title"),
                    level: Self.level(row),
                    count: row["count"],
                    newest: row.time("at") ?? Timestamp(microseconds: 0),
                    newestID: row.text("id")
                )
            }
        }
    }

    private static func buckets(_ hours: LedgerHours, in database: Database) throws -> [LedgerOverview.Bucket] {
        var buckets = (0..<hours.count).map { place in
            let window = hours.window(of: place)
            return LedgerOverview.Bucket(since: window.since, until: window.until)
        }
        let window: StatementArguments = [
            "since": hours.range.lowerBound, "until": hours.range.upperBound, "step": hours.step,
        ]
        let deployments = try Row.fetchCursor(
            database,
            sql: """
                SELECT (hour - :since) / :step AS place, route, sum(count) AS count FROM deployments_by_hour
                WHERE hour >= :since AND hour < :until GROUP BY place, route
                """,
            arguments: window
        )
        while let row = try deployments.next() { buckets[row["place"]].deployments[row.text("route")] = row["count"] }
        let findings = try Row.fetchCursor(
            database,
            sql: """
                SELECT (hour - :since) / :step AS place, level, sum(count) AS count FROM findings_by_hour
                WHERE hour >= :since AND hour < :until GROUP BY place, level
                """,
            arguments: window
        )
        while let row = try findings.next() { buckets[row["place"]].findings[level(row)] = row["count"] }
        return buckets
    }

    private static func openFindings(in database: Database) throws -> [FindingLevel: Int] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT level, sum(count) AS count FROM open_findings_by_rule GROUP BY level"
        )
        return Dictionary(rows.map { (level($0), $0["count"]) }) { $0 + $1 }
    }

    private static func level(_ row: Row) -> FindingLevel { FindingLevel(rawValue: row["level"] ?? 0) ?? .medium }
}
