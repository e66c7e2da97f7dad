internal import GRDB

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Ledger {
    /// Pages that are copied before progress is told.
    private static let pagesAtOnce: Int32 = 1_024

    /// Copies the ledger as it is at one moment to a file for its owner alone, while it is written
    /// (https://www.sqlite.org/backup.html).
    ///
    /// The file stands under its name once it is whole and sound.
    ///
    /// - Parameters:
    ///   - file: where there is no file yet.
    ///   - progress: is told how much of all is copied, between 0 and 1.
    /// - Throws: ``LedgerError``; nothing is left behind then.
    package func backup(
        to file: String,
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(LedgerError) {
        let file = LedgerFile.absolute(file)
        guard !LedgerFile.exists(file) else {
            throw LedgerError(.invalid, "\(file) exists; name a file that does not, or move it away")
        }
        let partial = "\(file).partial-\(getpid())"
        _ = unsafe unlink(partial)
        try LedgerFile.make(partial)
        defer { for suffix in ["", "-journal", "-wal", "-shm"] { _ = unsafe unlink(partial + suffix) } }
        let remarks: [String]
        do {
            remarks = try await copied(to: partial, progress)
        } catch {
            throw LedgerError(error.reason, "the backup failed: \(error)")
        }
        guard remarks == ["ok"] else {
            throw LedgerError(.corrupt, LedgerError.advice(path, remarks.joined(separator: "; ")))
        }
        // Never over a file that has come meanwhile.
        guard unsafe link(partial, file) == 0 else {
            throw LedgerError(.inputOutput, "\(file) cannot be made: \(LedgerFile.text(errno))")
        }
    }

    /// Copies, and says what a check of the copy found.
    private func copied(
        to partial: String,
        _ progress: (@Sendable (Double) -> Void)?
    ) async throws(LedgerError) -> [String] {
        try await read { source in
            let destination = try DatabaseQueue(path: partial)
            try destination.inDatabase { copy in
                try source.backup(to: copy, pagesPerStep: Self.pagesAtOnce) { step in
                    guard step.totalPageCount > 0 else { return }
                    progress?(Double(step.completedPageCount) / Double(step.totalPageCount))
                }
            }
            let remarks = try destination.inDatabase { copy in
                // One file alone, that holds all and is all that has to be carried away.
                _ = try String.fetchOne(copy, sql: "PRAGMA journal_mode = DELETE")
                return try String.fetchAll(copy, sql: "PRAGMA quick_check(10)")
            }
            try destination.close()
            return remarks
        }
    }

    /// What is wrong with the ledger, at most a hundred remarks; empty where it is sound.
    ///
    /// It reads all of it, indices against tables, beside the process that writes.
    ///
    /// - Throws: ``LedgerError`` where it cannot even be read.
    package func integrityCheck() async throws(LedgerError) -> [String] {
        try await read { database in
            do {
                var remarks = try String.fetchAll(database, sql: "PRAGMA integrity_check(100)")
                if remarks == ["ok"] { remarks = [] }
                for row in try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(100) {
                    remarks.append("a row of \(row.text("table")) belongs to nothing in \(row.text("parent"))")
                }
                for (table, recount) in Schema.recounts.sorted(by: { $0.key < $1.key }) {
                    let wrong = try Int.fetchOne(
                        database,
                        sql: """
                            SELECT count(*) FROM (
                                SELECT * FROM (SELECT * FROM \(table) EXCEPT \(recount))
                                UNION ALL SELECT * FROM (\(recount) EXCEPT SELECT * FROM \(table)))
                            """
                    )
                    if let wrong, wrong > 0 {
                        remarks.append("\(wrong) counts of \(table) are not what a recount gives")
                    }
                }
                return remarks
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
                // So damaged that not even the check gets through.
                return [error.message ?? "what it holds is damaged"]
            }
        }
    }
}
