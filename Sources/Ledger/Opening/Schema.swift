internal import GRDB

/// What the ledger's tables are, and how those of earlier versions become them.
enum Schema {
    /// The version that this program writes: `PRAGMA user_version`.
    static let version = 3
    /// Marks the file as a ledger, as `file` and SQLite show it: "TwLg" (https://www.sqlite.org/pragma.html#pragma_application_id).
    static let applicationID = 0x5477_4C67

    /// Each step is one transaction, and says which version it leads to.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: first)
            try database.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: second)
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: third)
            try database.execute(sql: "PRAGMA user_version = 3")
        }
        return migrator
    }

    /// What is new in version 2: a large memory need not be written again for a small change.
    private static let second = """
        CREATE TABLE checkpoint_changes (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            stream INTEGER NOT NULL REFERENCES checkpoints (stream) ON DELETE CASCADE,
            bytes BLOB NOT NULL
        );
        CREATE INDEX checkpoint_changes_stream ON checkpoint_changes (stream, number);
        """

    /// The tables of version 1.
    ///
    /// Times are microseconds since 1970. `at` is when something happened, or else when it was remembered first: what is
    /// listed is in its order. Findings are numbered without using a number again, since outputs remember how far they have told.
    private static let first = """
        CREATE TABLE deployments (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            time INTEGER,
            received_at INTEGER NOT NULL,
            route TEXT,
            action TEXT,
            outcome TEXT,
            user_name TEXT,
            source_ip TEXT,
            namespace TEXT,
            image TEXT,
            container_id TEXT,
            fields BLOB NOT NULL,
            join_keys BLOB NOT NULL,
            ecs BLOB NOT NULL,
            record BLOB NOT NULL
        );
        CREATE INDEX deployments_at ON deployments (at);
        CREATE INDEX deployments_user_name ON deployments (user_name, at) WHERE user_name IS NOT NULL;
        CREATE INDEX deployments_source_ip ON deployments (source_ip, at) WHERE source_ip IS NOT NULL;
        CREATE INDEX deployments_namespace ON deployments (namespace, at) WHERE namespace IS NOT NULL;
        CREATE INDEX deployments_image ON deployments (image, at) WHERE image IS NOT NULL;
        CREATE INDEX deployments_container_id ON deployments (container_id, at) WHERE container_id IS NOT NULL;

        CREATE TABLE trail (
            deployment INTEGER NOT NULL REFERENCES deployments (number) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            source TEXT NOT NULL,
            dataset TEXT NOT NULL,
            time INTEGER,
            path TEXT,
            "offset" INTEGER,
            PRIMARY KEY (deployment, place)
        ) WITHOUT ROWID;

        CREATE TABLE findings (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            deployment_id TEXT,
            rule_id TEXT NOT NULL,
            rule_title TEXT NOT NULL,
            level INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            at INTEGER NOT NULL,
            time INTEGER,
            received_at INTEGER NOT NULL,
            "group" TEXT NOT NULL,
            sentence TEXT NOT NULL,
            user_name TEXT,
            source_ip TEXT,
            namespace TEXT,
            image TEXT,
            container_id TEXT,
            fields BLOB NOT NULL,
            ecs BLOB NOT NULL
        );
        CREATE UNIQUE INDEX findings_deployment ON findings (deployment_id, rule_id) WHERE deployment_id IS NOT NULL;
        CREATE INDEX findings_at ON findings (at);
        CREATE INDEX findings_level ON findings (level, at);
        CREATE INDEX findings_rule ON findings (rule_id, at);
        CREATE INDEX findings_user_name ON findings (user_name, at) WHERE user_name IS NOT NULL;
        CREATE INDEX findings_source_ip ON findings (source_ip, at) WHERE source_ip IS NOT NULL;
        CREATE INDEX findings_namespace ON findings (namespace, at) WHERE namespace IS NOT NULL;
        CREATE INDEX findings_image ON findings (image, at) WHERE image IS NOT NULL;
        CREATE INDEX findings_container_id ON findings (container_id, at) WHERE container_id IS NOT NULL;

        CREATE TABLE notes (
            number INTEGER PRIMARY KEY,
            finding INTEGER NOT NULL REFERENCES findings (sequence) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            state INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX notes_finding ON notes (finding);

        CREATE TABLE streams (
            number INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            cursor TEXT NOT NULL,
            records_since INTEGER NOT NULL,
            UNIQUE (source, stream)
        );
        CREATE TABLE checkpoints (
            stream INTEGER PRIMARY KEY REFERENCES streams (number) ON DELETE CASCADE,
            cursor TEXT NOT NULL,
            memory BLOB NOT NULL
        );

        CREATE TABLE correlation_events (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            finding_id TEXT NOT NULL UNIQUE,
            time INTEGER NOT NULL,
            event BLOB NOT NULL
        );
        CREATE INDEX correlation_events_time ON correlation_events (time);

        CREATE TABLE sightings (
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (kind, value)
        ) WITHOUT ROWID;

        CREATE TABLE outputs (
            name TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
