internal import GRDB
internal import Synchronization

/// What is remembered: deployments, findings and what became of them, how far each source was read, and what outputs told.
///
/// One SQLite database in WAL mode (https://www.sqlite.org/wal.html): one process watches with it, and others ask it and
/// note what became of findings meanwhile. A batch is committed as a whole or not at all, and outlives a crash at any
/// moment.
package final class Ledger: Sendable {
    /// Where it is kept, from the root on.
    package let path: String
    let database: any DatabaseWriter
    /// Batches that wait for the writer; see ``commit(_:)``.
    let waiting = Mutex<[WaitingBatch]>([])
    /// Held for as long as this process watches.
    private let lock: WatcherLock?

    /// Opens the ledger at `path`; for a process that watches it is made where it is missing, for its owner alone.
    ///
    /// - Throws: ``LedgerError``: that there is none, that another process watches with it, that it is of a newer version
    ///   or damaged.
    package init(path: String, options: LedgerOptions = LedgerOptions()) throws(LedgerError) {
        let path = LedgerFile.absolute(path)
        self.path = path
        if options.access == .watching {
            try LedgerFile.make(path)
            lock = try WatcherLock(of: path)
        } else {
            guard LedgerFile.exists(path) else {
                throw LedgerError(
                    .missing,
                    "there is no ledger at \(path); tidewaiter watch makes one, --ledger names another"
                )
            }
            lock = nil
        }
        do {
            let opening = Opening(path: path, options: options)
            try opening.prepare(isLocked: lock != nil)
            database = try opening.connect()
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Closes it; what is asked of it afterwards fails.
    package func close() throws(LedgerError) {
        do {
            try database.close()
            lock?.release()
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Runs `body` in one transaction that writes.
    ///
    /// A cancelled task does not stop it: what a program remembers at its end is remembered, too.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        try await outcome { resume in
            self.database.asyncWriteWithoutTransaction { database in
                resume(Result { try Self.transaction(database, body) })
            }
        }
    }

    /// Runs `body` beside the process that writes, on what was committed when it began.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        try await outcome { resume in
            self.database.asyncRead { database in resume(Result { try body(database.get()) }) }
        }
    }

    static func transaction<Value>(_ database: Database, _ body: (Database) throws -> Value) throws -> Value {
        var value: Value?
        // Immediate: a transaction that began with reading could not wait for another process's lock.
        try database.inTransaction(.immediate) {
            value = try body(database)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return value
    }

    /// Waits for what a database's queue does.
    func outcome<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            start { continuation.resume(returning: $0) }
        }
        do {
            return try result.get()
        } catch {
            throw LedgerError(error, path: path)
        }
    }
}
