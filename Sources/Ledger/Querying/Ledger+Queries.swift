internal import Deployments
internal import GRDB

extension Ledger {
    /// Findings, the newest first.
    ///
    /// - Throws: ``LedgerError``.
    package func findings(_ query: LedgerQuery) async throws(LedgerError) -> [StoredFinding] {
        try await read { try Self.rows(query, of: .findings, in: $0, Self.finding) }
    }

    /// Deployments, the newest first.
    ///
    /// - Throws: ``LedgerError``.
    package func deployments(_ query: LedgerQuery) async throws(LedgerError) -> [StoredDeployment] {
        try await read { database in
            try Self.rows(query, of: .deployments, in: database) { row in
                StoredDeployment(
                    place: Self.place(row, .deployments),
                    deployment: DeploymentEntry(row: row, trail: [])
                )
            }
        }
    }

    /// The findings of a deployment, in the order in which they were remembered.
    ///
    /// - Throws: ``LedgerError``.
    package func findings(ofDeployment id: String) async throws(LedgerError) -> [StoredFinding] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT \(LedgerTable.findings.columns) FROM findings WHERE deployment_id = ? ORDER BY sequence",
                arguments: [StoredText(id)]
            )
            return rows.map(Self.finding)
        }
    }

    static func finding(_ row: Row) -> StoredFinding {
        StoredFinding(
            place: place(row, .findings),
            state: FindingState(rawValue: row["state"] ?? 0) ?? .open,
            finding: FindingEntry(row: row),
            ecs: row.bytes("stated")
        )
    }

    private static func rows<Value>(
        _ query: LedgerQuery,
        of table: LedgerTable,
        in database: Database,
        _ value: (Row) -> Value
    ) throws -> [Value] {
        let condition = query.condition(on: table)
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(table.columns) FROM \(table.name) WHERE \(condition.sql)",
            arguments: StatementArguments(condition.arguments)
        )
        var values: [Value] = []
        while let row = try rows.next() { values.append(value(row)) }
        return values
    }

    private static func place(_ row: Row, _ table: LedgerTable) -> LedgerQuery.Place {
        LedgerQuery.Place(time: row.time("at") ?? Timestamp(microseconds: 0), number: row[table.number] ?? 0)
    }
}
