package import Deployments
internal import GRDB

/// A deployment that later records may speak of.
package struct JoinableDeployment: Sendable, Equatable {
    package var id: String
    package var joinKeys: [String]
    /// The record as joining takes it up again.
    package var record: [UInt8]
    package var time: Timestamp?
    package var receivedAt: Timestamp

    package init(id: String, joinKeys: [String], record: [UInt8], time: Timestamp?, receivedAt: Timestamp) {
        self.id = id
        self.joinKeys = joinKeys
        self.record = record
        self.time = time
        self.receivedAt = receivedAt
    }
}

/// What watching goes on with after a restart.
extension Ledger {
    /// How far each stream of a source was read, by their names.
    ///
    /// - Throws: ``LedgerError``.
    package func streams(of source: String) async throws(LedgerError) -> [StreamEntry] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT streams.*, checkpoints.cursor AS checkpoint, checkpoints.memory
                    FROM streams LEFT JOIN checkpoints ON checkpoints.stream = streams.number
                    WHERE source = ? ORDER BY streams.stream
                    """,
                arguments: [StoredText(source)]
            )
            return try rows.map { row in
                let changes = try Row.fetchAll(
                    database,
                    sql: "SELECT bytes FROM checkpoint_changes WHERE stream = ? ORDER BY number",
                    arguments: [row["number"] as Int64]
                )
                return StreamEntry(
                    source: source,
                    stream: row.text("stream"),
                    cursor: row.text("cursor"),
                    checkpoint: row.optionalText("checkpoint").map {
                        StreamEntry.Checkpoint(
                            cursor: $0,
                            memory: row.bytes("memory"),
                            changes: changes.map { $0.bytes("bytes") }
                        )
                    },
                    recordsSince: row["records_since"]
                )
            }
        }
    }

    /// The names of the sources that something is remembered of.
    ///
    /// - Throws: ``LedgerError``.
    package func sources() async throws(LedgerError) -> [String] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT DISTINCT source FROM streams ORDER BY source").map {
                $0.text("source")
            }
        }
    }

    /// Events that correlations took in, not older than `since`, in the order in which they were committed.
    ///
    /// - Throws: ``LedgerError``.
    package func correlationEvents(since: Timestamp) async throws(LedgerError) -> [CorrelationEntry] {
        try await read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM correlation_events WHERE time >= ? ORDER BY number",
                arguments: [since.microseconds]
            )
            var events: [CorrelationEntry] = []
            while let row = try rows.next() {
                events.append(
                    CorrelationEntry(
                        findingID: row.text("finding_id"),
                        time: row.time("time") ?? since,
                        event: row.bytes("event")
                    )
                )
            }
            return events
        }
    }

    /// One event, or what else correlations have to know, by its id; nil for none.
    ///
    /// - Throws: ``LedgerError``.
    package func correlationEvent(_ id: String) async throws(LedgerError) -> CorrelationEntry? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM correlation_events WHERE finding_id = ?",
                arguments: [StoredText(id)]
            ).map { row in
                CorrelationEntry(
                    findingID: id,
                    time: row.time("time") ?? Timestamp(microseconds: 0),
                    event: row.bytes("event")
                )
            }
        }
    }

    /// The deployments that were remembered last, back to one that was remembered before `since`: at most `limit`, in the
    /// order in which they were remembered first.
    ///
    /// - Throws: ``LedgerError``.
    package func recentDeployments(
        since: Timestamp,
        limit: Int
    ) async throws(LedgerError) -> [JoinableDeployment] {
        try await read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, join_keys, record, time, received_at FROM deployments ORDER BY number DESC LIMIT ?
                    """,
                arguments: [limit]
            )
            var deployments: [JoinableDeployment] = []
            while let row = try rows.next() {
                let receivedAt = row.time("received_at") ?? since
                guard receivedAt >= since else { break }
                deployments.append(
                    JoinableDeployment(
                        id: row.text("id"),
                        joinKeys: StoredFields.keys(row.bytes("join_keys")),
                        record: row.bytes("record"),
                        time: row.time("time"),
                        receivedAt: receivedAt
                    )
                )
            }
            return deployments.reversed()
        }
    }

    /// The trail of a deployment, in the order in which its records were read; empty where none is known.
    ///
    /// - Throws: ``LedgerError``.
    package func trail(ofDeployment id: String) async throws(LedgerError) -> [TrailEntry] {
        try await read { try Self.trail(ofDeployment: id, in: $0) }
    }

    static func trail(ofDeployment id: String, in database: Database) throws -> [TrailEntry] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT trail.* FROM trail JOIN deployments ON deployments.number = trail.deployment
                WHERE deployments.id = ? ORDER BY place
                """,
            arguments: [StoredText(id)]
        ).map(TrailEntry.init(row:))
    }

    /// What of a kind was seen, with the time when it was seen first, by value.
    ///
    /// - Throws: ``LedgerError``.
    package func sightings(of kind: String) async throws(LedgerError) -> [Sighting] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT value, first FROM sightings WHERE kind = ? ORDER BY value",
                arguments: [StoredText(kind)]
            ).map { row in
                Sighting(
                    kind: kind,
                    value: row.text("value"),
                    time: row.time("first") ?? Timestamp(microseconds: 0)
                )
            }
        }
    }
}
