internal import Deployments
internal import Foundation
internal import GRDB

extension StreamEntry {
    /// Remembers how far the stream was read, or forgets it.
    func write(to database: Database) throws {
        let name: StatementArguments = [StoredText(source), StoredText(stream)]
        guard let cursor else {
            // Its checkpoint goes with it.
            let delete = try database.cachedStatement(sql: "DELETE FROM streams WHERE source = ? AND stream = ?")
            return try delete.execute(arguments: name)
        }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO streams (source, stream, cursor, records_since) VALUES (?, ?, ?, ?)
                ON CONFLICT (source, stream) DO UPDATE
                SET cursor = excluded.cursor, records_since = excluded.records_since
                """
        )
        try upsert.execute(arguments: name + [StoredText(cursor), recordsSince])
        if !changes.isEmpty {
            let change = try database.cachedStatement(
                sql: """
                    INSERT INTO checkpoint_changes (stream, bytes)
                    SELECT number, ?3 FROM streams WHERE source = ?1 AND stream = ?2
                    """
            )
            try change.execute(arguments: name + [Data(changes)])
        }
        guard let checkpoint else { return }
        let forget = try database.cachedStatement(
            sql: """
                DELETE FROM checkpoint_changes
                WHERE stream = (SELECT number FROM streams WHERE source = ? AND stream = ?)
                """
        )
        try forget.execute(arguments: name)
        let remember = try database.cachedStatement(
            sql: """
                INSERT INTO checkpoints (stream, cursor, memory)
                SELECT number, ?3, ?4 FROM streams WHERE source = ?1 AND stream = ?2
                ON CONFLICT (stream) DO UPDATE SET cursor = excluded.cursor, memory = excluded.memory
                """
        )
        try remember.execute(arguments: name + [StoredText(checkpoint.cursor), Data(checkpoint.memory)])
    }
}

extension CorrelationEntry {
    /// Remembers the event; one of the same name takes the place of the one before.
    func write(to database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO correlation_events (finding_id, time, event) VALUES (?, ?, ?)
                ON CONFLICT (finding_id) DO UPDATE SET time = excluded.time, event = excluded.event
                """
        )
        try insert.execute(arguments: [StoredText(findingID), time.microseconds, Data(event)])
    }
}

extension Sighting {
    /// How much later something has to be seen again for that to be remembered, in microseconds: an hour.
    private static let coarseness: Int64 = 3_600_000_000

    /// Remembers it; true where it was never seen.
    func write(to database: Database) throws -> Bool {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO sightings (kind, value, first, last) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        )
        let time = time.microseconds
        try insert.execute(arguments: [StoredText(kind), StoredText(value), time, time])
        guard database.changesCount == 0 else { return true }
        let update = try database.cachedStatement(
            sql: """
                UPDATE sightings SET first = min(first, ?3), last = max(last, ?3)
                WHERE kind = ?1 AND value = ?2 AND (last < ?4 OR first > ?3)
                """
        )
        try update.execute(arguments: [StoredText(kind), StoredText(value), time, time &- Self.coarseness])
        return false
    }
}
