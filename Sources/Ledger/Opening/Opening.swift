internal import GRDB

/// How a ledger's file becomes one that can be worked with.
struct Opening {
    var path: String
    var options: LedgerOptions

    /// What a file says of itself.
    private struct Identity {
        var applicationID: Int
        var version: Int
        var isEmpty: Bool
    }

    /// Sees that the file is a ledger, sound and up to date.
    func prepare(isLocked: Bool) throws {
        let identity = try identity()
        guard !identity.isEmpty || options.access == .watching else {
            throw LedgerError(.foreign, "\(path) is empty; tidewaiter watch makes a ledger of it")
        }
        guard identity.isEmpty || identity.applicationID == Schema.applicationID else {
            throw LedgerError(.foreign, "\(path) is an SQLite database, but no ledger; name another file")
        }
        guard identity.version <= Schema.version else {
            throw LedgerError(
                .newer,
                "\(path) was written by a newer tidewaiter (version \(identity.version) of the ledger, this one knows "
                    + "\(Schema.version)); use that one, or name another ledger"
            )
        }
        if options.access == .watching, !identity.isEmpty { try check() }
        guard identity.version < Schema.version else { return }
        if isLocked { return try migrate() }
        // Whoever asks brings it up to date, unless an older program still watches with it.
        do {
            let lock = try WatcherLock(of: path)
            defer { lock.release() }
            try migrate()
        } catch {
            throw LedgerError(
                .older,
                "\(path) was written by an older tidewaiter and cannot be brought up to date now: "
                    + "\(LedgerError(error, path: path))"
            )
        }
    }

    /// The connections that the ledger is worked with.
    func connect() throws -> any DatabaseWriter {
        var configuration = configuration
        guard options.access != .reading else {
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // GRDB's choice for WAL mode is NORMAL.
            try database.execute(sql: "PRAGMA synchronous = \(options.durability.rawValue)")
            // What a long reading let it grow to is given back.
            try database.execute(sql: "PRAGMA journal_size_limit = \(16 << 20)")
        }
        return pool
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(options.patience)
        configuration.maximumReaderCount = 3
        configuration.label = "ledger"
        return configuration
    }

    private func identity() throws -> Identity {
        var configuration = configuration
        configuration.readonly = options.access == .reading
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.inDatabase { database in
            try Identity(
                applicationID: Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                version: Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
                isEmpty: Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
            )
        }
    }

    private func migrate() throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            // Only an empty database takes these: they shape its first page.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try Schema.migrator.migrate(queue)
        try queue.close()
    }

    private func check() throws {
        guard case .quick(let limit) = options.check, LedgerFile.size(of: path) <= limit else { return }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        let remarks = try queue.inDatabase { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
        guard remarks == ["ok"] else {
            throw LedgerError(.corrupt, LedgerError.advice(path, remarks.joined(separator: "; ")))
        }
    }
}
