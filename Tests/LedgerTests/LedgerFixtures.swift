import Foundation

/// Ledgers as earlier versions wrote them.
enum LedgerFixtures {
    /// The statements that make one of version 1.
    static var version1: String {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return try String(contentsOf: folder.appending(path: "Fixtures/ledger-1.sql"), encoding: .utf8)
        }
    }

    /// The statements that make one of version 2, of that of version 1.
    static var version2: String {
        get throws {
            try version1 + """
                CREATE TABLE checkpoint_changes (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    stream INTEGER NOT NULL REFERENCES checkpoints (stream) ON DELETE CASCADE,
                    bytes BLOB NOT NULL
                );
                CREATE INDEX checkpoint_changes_stream ON checkpoint_changes (stream, number);
                INSERT INTO grdb_migrations VALUES ('2');
                PRAGMA user_version = 2;
                """
        }
    }
}
