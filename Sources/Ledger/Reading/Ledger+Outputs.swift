internal import Deployments
internal import GRDB

/// A finding with its place among all.
package struct SequencedFinding: Sendable, Equatable {
    /// Ascending, with gaps, and never used again.
    package var sequence: Int64
    package var finding: FindingEntry

    package init(sequence: Int64, finding: FindingEntry) {
        self.sequence = sequence
        self.finding = finding
    }
}

/// The ledger as the queue of each output.
extension Ledger {
    /// Findings behind a place, in order.
    ///
    /// - Throws: ``LedgerError``.
    package func findings(
        afterSequence sequence: Int64,
        limit: Int
    ) async throws(LedgerError) -> [SequencedFinding] {
        try await read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM findings WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            )
            var findings: [SequencedFinding] = []
            while let row = try rows.next() {
                findings.append(SequencedFinding(sequence: row["sequence"], finding: FindingEntry(row: row)))
            }
            return findings
        }
    }

    /// How far an output has told; nil for one that is new.
    ///
    /// - Throws: ``LedgerError``.
    package func outputPosition(_ name: String) async throws(LedgerError) -> Int64? {
        try await read { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT sequence FROM outputs WHERE name = ?",
                arguments: [StoredText(name)]
            )
        }
    }

    /// Remembers how far an output has told.
    ///
    /// - Throws: ``LedgerError``.
    package func setOutputPosition(_ name: String, _ sequence: Int64) async throws(LedgerError) {
        try await write { database in
            let upsert = try database.cachedStatement(
                sql: """
                    INSERT INTO outputs (name, sequence) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence
                    """
            )
            try upsert.execute(arguments: [StoredText(name), sequence])
        }
    }

    /// Every output that something is remembered of, with how far it has told.
    ///
    /// - Throws: ``LedgerError``.
    package func outputPositions() async throws(LedgerError) -> [String: Int64] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT name, sequence FROM outputs")
            return Dictionary(rows.map { ($0.text("name"), $0["sequence"]) }) { $1 }
        }
    }

    /// Forgets an output that is no longer told anything, so that nothing is kept for it.
    ///
    /// - Throws: ``LedgerError``.
    package func forgetOutput(_ name: String) async throws(LedgerError) {
        try await write { database in
            try database.execute(sql: "DELETE FROM outputs WHERE name = ?", arguments: [StoredText(name)])
        }
    }

    /// The place of the newest finding; 0 where there is none.
    ///
    /// - Throws: ``LedgerError``.
    package func newestSequence() async throws(LedgerError) -> Int64 {
        try await read { database in
            try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM findings") ?? 0
        }
    }
}
