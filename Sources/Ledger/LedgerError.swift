internal import GRDB

/// Why the ledger cannot be opened, read or written.
package struct LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is.
    package enum Reason: Sendable, Equatable {
        /// There is no ledger at the path.
        case missing
        /// The file is no ledger.
        case foreign
        /// It was written by a newer version of the program.
        case newer
        /// It was written by an older version of the program, and cannot be brought up to date now.
        case older
        /// Another process watches with it.
        case inUse
        /// The disk, or the quota, is full.
        case full
        /// Another process holds its lock for too long.
        case locked
        /// Reading or writing failed.
        case inputOutput
        /// It may not be opened or written.
        case denied
        /// What it holds is damaged.
        case corrupt
        /// What was asked of it is wrong: an id that names nothing, a query that is too large.
        case invalid
        /// Somebody else was quicker.
        case changed
    }

    package var reason: Reason
    /// What is wrong and what to do, with the ledger's path.
    package var description: String

    /// Whether the same may succeed later: after room was made on the disk, or a lock was let go of.
    package var isTransient: Bool {
        switch reason {
        case .full, .locked, .inputOutput, .denied, .inUse: true
        case .missing, .foreign, .newer, .older, .corrupt, .invalid, .changed: false
        }
    }

    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    /// What SQLite says, in the words of the ledger; https://www.sqlite.org/rescode.html.
    ///
    /// No value of a statement is in it.
    init(_ error: any Error, path: String) {
        if let error = error as? LedgerError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.inputOutput, "\(path): \(error)")
            return
        }
        let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "\(path): the disk is full; make room on it: nothing is remembered until there is some")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked,
                "\(path): another process holds the ledger's lock (\(detail)); end what reads or copies it by hand"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, Self.advice(path, detail))
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_READONLY:
            self.init(
                .denied,
                "\(path): the ledger cannot be opened or written (\(detail)); look at its owner and mode"
            )
        case .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_ABORT, .SQLITE_PROTOCOL:
            self.init(.inputOutput, "\(path): the ledger cannot be read or written (\(detail))")
        default:
            self.init(.invalid, "\(path): the ledger refused what it was told (\(detail))")
        }
    }

    /// What to do with a damaged ledger.
    static func advice(_ path: String, _ detail: String) -> String {
        """
        \(path): the ledger is damaged (\(detail)); stop watching, keep a copy of it and of the files beside it that \
        begin with its name, save what can still be read with tidewaiter findings --format json --ledger \(path), then \
        put the newest backup in its place, or move it away to begin anew
        """
    }
}
