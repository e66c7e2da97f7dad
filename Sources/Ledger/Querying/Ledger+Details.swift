package import Deployments
internal import GRDB

/// All that is known of one finding.
package struct FindingDetails: Sendable, Equatable {
    package var stored: StoredFinding
    /// What was said of it, the first word first.
    package var notes: [FindingNote]
    /// The deployment that it speaks of, with its trail, where it is still known.
    package var deployment: DeploymentEntry?
}

/// What a finding was, and what it became.
package struct FindingChange: Sendable, Equatable {
    package var id: String
    package var before: FindingState
    package var after: FindingState

    package init(id: String, before: FindingState, after: FindingState) {
        self.id = id
        self.before = before
        self.after = after
    }
}

extension Ledger {
    /// The longest note, in bytes.
    package static let maximumNote = 64 << 10

    /// All that is known of a finding.
    ///
    /// - Parameter name: its id, or as much of its beginning as no other has.
    /// - Throws: ``LedgerError``; ``LedgerError/Reason/invalid`` where none, or more than one, is meant.
    package func details(ofFinding name: String) async throws(LedgerError) -> FindingDetails {
        try await read { database in
            let row = try Self.row(ofFinding: name, in: database)
            let stored = Self.finding(row)
            let notes = try Row.fetchAll(
                database,
                sql: "SELECT * FROM notes WHERE finding = ? ORDER BY number",
                arguments: [row["sequence"] as Int64]
            )
            return FindingDetails(
                stored: stored,
                notes: notes.map { note in
                    FindingNote(
                        time: note.time("at") ?? Timestamp(microseconds: 0),
                        author: note.text("author"),
                        state: FindingState(rawValue: note["state"] ?? 0) ?? .open,
                        text: note.text("text")
                    )
                },
                deployment: try stored.finding.deploymentID.flatMap { try Self.deployment($0, in: database) }
            )
        }
    }

    /// A deployment with its trail; nil where it is not known, or no longer.
    ///
    /// - Throws: ``LedgerError``.
    package func deployment(_ id: String) async throws(LedgerError) -> DeploymentEntry? {
        try await read { try Self.deployment(id, in: $0) }
    }

    /// Says what became of findings; of all of them or, where a name is wrong, of none.
    ///
    /// - Parameters:
    ///   - names: their ids, or as much of each one's beginning as no other has.
    ///   - seen: what they were when who says it last looked, so that two people do not undo each other's words unseen; nil
    ///     where that does not matter.
    ///   - text: why, in somebody's words; may be empty.
    ///   - author: who says it.
    /// - Throws: ``LedgerError``; ``LedgerError/Reason/invalid`` where a name means none, or more than one;
    ///   ``LedgerError/Reason/changed`` where a finding is not what it was seen as.
    package func setState(
        ofFindings names: [String],
        seenAs seen: FindingState? = nil,
        to state: FindingState,
        note text: String,
        author: String,
        at time: Timestamp
    ) async throws(LedgerError) -> [FindingChange] {
        guard text.utf8.count <= Self.maximumNote else {
            throw LedgerError(.invalid, "a note is at most \(Self.maximumNote) bytes long")
        }
        return try await write { database in
            try names.map { name in
                let row = try Self.row(ofFinding: name, in: database)
                let sequence: Int64 = row["sequence"]
                let before = FindingState(rawValue: row["state"] ?? 0) ?? .open
                guard seen == nil || seen == before else {
                    throw LedgerError(.changed, "\(row.text("id")) is \(before.name) by now; look at it again")
                }
                try database.execute(
                    sql: "UPDATE findings SET state = ? WHERE sequence = ?",
                    arguments: [state.rawValue, sequence]
                )
                try database.execute(
                    sql: "INSERT INTO notes (finding, at, author, state, text) VALUES (?, ?, ?, ?, ?)",
                    arguments: [sequence, time.microseconds, StoredText(author), state.rawValue, StoredText(text)]
                )
                return FindingChange(
                    id: row.text("id"),
                    before: before,
                    after: state
                )
            }
        }
    }

    private static func row(ofFinding name: String, in database: Database) throws -> Row {
        guard !name.isEmpty else { throw LedgerError(.invalid, "a finding's id is missing") }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(LedgerTable.findings.columns) FROM findings WHERE id = ?1 OR id GLOB ?2
                ORDER BY id = ?1 DESC, id LIMIT 2
                """,
            arguments: [StoredText(name), FieldPattern(pieces: [name, ""]).glob]
        )
        guard let row = rows.first else {
            throw LedgerError(.invalid, "no finding's id is or begins with \(name); tidewaiter findings lists them")
        }
        guard rows.count == 1 || row.text("id") == name else {
            throw LedgerError(
                .invalid,
                "\(name) begins the ids of several findings, as \(row.text("id")) and \(rows[1].text("id")); write more of it"
            )
        }
        return row
    }

    private static func deployment(_ id: String, in database: Database) throws -> DeploymentEntry? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT * FROM deployments WHERE id = ?",
            arguments: [StoredText(id)]
        )
        return try row.map { DeploymentEntry(row: $0, trail: try trail(ofDeployment: id, in: database)) }
    }
}
