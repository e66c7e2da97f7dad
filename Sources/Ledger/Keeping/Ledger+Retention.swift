package import Deployments
internal import GRDB

extension Ledger {
    /// Rows that one transaction forgets, and pages that one gives back: little enough for commits not to wait for long.
    private static let portion = 200
    private static let pages = 256
    private static let farthest = 100_000_000

    /// Forgets what is older, or more, than what is to be kept, in many small transactions with commits between them.
    ///
    /// A finding of high or critical level stays until each output that is remembered has told it. A cancelled task ends
    /// it between two of them.
    ///
    /// - Throws: ``LedgerError``.
    package func retain(_ retention: Retention, now: Timestamp) async throws(LedgerError) -> Forgotten {
        var forgotten = Forgotten()
        if let days = retention.days {
            let bound = now.earlier(days: days)
            let openBound = now.earlier(days: days + max(0, retention.openDays))
            try await forget(&forgotten, before: bound, openBefore: openBound)
        }
        forgotten.correlationEvents = try await repeated(
            "DELETE FROM correlation_events WHERE number IN (SELECT number FROM correlation_events WHERE time < ? LIMIT ?)",
            now.earlier(days: retention.correlationDays)
        )
        forgotten.sightings = try await repeated(
            """
            DELETE FROM sightings WHERE (kind, value) IN (SELECT kind, value FROM sightings WHERE last < ? LIMIT ?)
            """,
            now.earlier(days: retention.sightingDays)
        )
        if let bytes = retention.bytes { try await shrink(&forgotten, to: bytes) }
        while try await givesBackPages(), !Task.isCancelled {}
        try await checkpoint()
        forgotten.bytes = try await usedBytes()
        forgotten.isOverSize = retention.bytes.map { forgotten.bytes > $0 } ?? false
        return forgotten
    }

    private func forget(
        _ forgotten: inout Forgotten,
        before bound: Timestamp,
        openBefore: Timestamp
    ) async throws(LedgerError) {
        while !Task.isCancelled {
            let count = try await write {
                try Self.forgetFindings(before: bound, openBefore: openBefore, by: Self.age, in: $0)
            }
            forgotten.findings += count
            if count < Self.portion { break }
        }
        while !Task.isCancelled {
            let count = try await write {
                try Self.forgetDeployments(before: bound, by: Self.age, in: $0)
            }
            forgotten.deployments += count
            if count < Self.portion { break }
        }
    }

    /// Forgets the oldest, whatever it is, until the rest has room.
    private func shrink(_ forgotten: inout Forgotten, to bytes: Int) async throws(LedgerError) {
        // What may not be forgotten yet is passed over.
        var reach = Self.portion
        while !Task.isCancelled, reach < Self.farthest, try await usedBytes() > bytes {
            let span = reach
            let count = try await write { database -> (findings: Int, deployments: Int) in
                // All up to the instant of the last of the oldest rows of either kind.
                let bound = try Int64.fetchOne(
                    database,
                    sql: """
                        SELECT max(at) FROM (SELECT at FROM (
                            SELECT at FROM (SELECT at FROM findings ORDER BY at LIMIT ?1)
                            UNION ALL SELECT at FROM (SELECT at FROM deployments ORDER BY at LIMIT ?1)
                        ) ORDER BY at LIMIT ?1)
                        """,
                    arguments: [span]
                )
                guard let bound else { return (0, 0) }
                let time = Timestamp(microseconds: bound &+ 1)
                return (
                    try Self.forgetFindings(before: time, openBefore: time, by: "at", in: database),
                    try Self.forgetDeployments(before: time, by: "at", in: database)
                )
            }
            forgotten.findings += count.findings
            forgotten.deployments += count.deployments
            reach = count == (0, 0) ? reach * 4 : Self.portion
        }
    }

    /// By what something is too old: what bears the time of a clock that is wrong, or was read out of an old log, is not
    /// forgotten as soon as it is remembered.
    private static let age = "max(at, received_at)"

    private static func forgetFindings(
        before bound: Timestamp,
        openBefore: Timestamp,
        by time: String,
        in database: Database
    ) throws -> Int {
        let delete = try database.cachedStatement(
            sql: """
                DELETE FROM findings WHERE sequence IN (
                    SELECT sequence FROM findings
                    WHERE at < :bound AND \(time) < :bound AND (
                        level < :high OR (
                            (\(time) < :open OR state = :closed)
                            AND sequence <= coalesce((SELECT min(sequence) FROM outputs), sequence)))
                    ORDER BY at LIMIT :portion)
                """
        )
        try delete.execute(arguments: [
            "bound": bound.microseconds, "open": openBefore.microseconds, "high": FindingLevel.high.rawValue,
            "closed": FindingState.closed.rawValue, "portion": portion,
        ])
        return database.changesCount
    }

    /// Deployments that findings speak of stay with them.
    private static func forgetDeployments(
        before bound: Timestamp,
        by time: String,
        in database: Database
    ) throws -> Int {
        let delete = try database.cachedStatement(
            sql: """
                DELETE FROM deployments WHERE number IN (
                    SELECT number FROM deployments
                    WHERE at < ?1 AND \(time) < ?1
                        AND NOT EXISTS (SELECT 1 FROM findings WHERE deployment_id = deployments.id)
                    ORDER BY at LIMIT ?2)
                """
        )
        try delete.execute(arguments: [bound.microseconds, portion])
        return database.changesCount
    }

    /// Runs a statement that deletes a portion until it finds no more.
    private func repeated(_ sql: String, _ bound: Timestamp) async throws(LedgerError) -> Int {
        var total = 0
        while !Task.isCancelled {
            let count = try await write { database in
                let statement = try database.cachedStatement(sql: sql)
                try statement.execute(arguments: [bound.microseconds, Self.portion])
                return database.changesCount
            }
            total += count
            if count < Self.portion { break }
        }
        return total
    }

    /// Gives a few free pages back to the disk; false where there was none.
    private func givesBackPages() async throws(LedgerError) -> Bool {
        try await write { database in
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            guard free > 0 else { return false }
            try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.pages))")
            let left = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            return left > 0 && left < free
        }
    }

    /// Carries what the log holds into the file, which shrinks only then; as far as that does not wait for anybody.
    private func checkpoint() async throws(LedgerError) {
        try await outcome { resume in
            self.database.asyncWriteWithoutTransaction { database in
                resume(Result { _ = try database.checkpoint(.passive) })
            }
        }
    }

    /// When the newest deployment or finding was remembered first; nil where there is none.
    package func newestReceipt() async throws(LedgerError) -> Timestamp? {
        try await read { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT max(received_at) FROM (
                        SELECT * FROM (SELECT received_at FROM deployments ORDER BY number DESC LIMIT 1)
                        UNION ALL SELECT * FROM (SELECT received_at FROM findings ORDER BY sequence DESC LIMIT 1))
                    """
            ).map { Timestamp(microseconds: $0) }
        }
    }

    /// Bytes that the ledger's content takes.
    package func usedBytes() async throws(LedgerError) -> Int {
        try await read { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            return try (pages - free) * (Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }
}

extension Timestamp {
    /// The instant that many days before.
    fileprivate func earlier(days: Int) -> Timestamp {
        let (length, isBeyond) = Int64(max(0, days)).multipliedReportingOverflow(by: 86_400_000_000)
        let (instant, isEarlier) = microseconds.subtractingReportingOverflow(isBeyond ? .max : length)
        return Timestamp(microseconds: isEarlier ? .min : instant)
    }
}
