/// Ledgers as earlier versions wrote them: what `sqlite3 ledger.sqlite .dump` said of them.
enum LedgerFixtures {
    static let version1 = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA application_id = 1417104487;
        PRAGMA user_version = 1;
        BEGIN TRANSACTION;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('1');
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
        INSERT INTO deployments VALUES(1,'d1',1795000000000000,1795000000000000,1795000001000000,NULL,'create',NULL,NULL,NULL,NULL,NULL,NULL,X'7b226576656e742e616374696f6e223a22637265617465227d',X'5b2269643a616263225d',X'7b7d',X'7265636f7264');
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
        INSERT INTO trail VALUES(1,0,'audit','kubernetes.audit',NULL,NULL,7);
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
        INSERT INTO findings VALUES(1,'f1','d1','rule-1','Title of rule-1',3,1,1795000000000000,1795000000000000,1795000001000000,'group','alice runs a privileged container','alice',NULL,NULL,NULL,NULL,X'7b22757365722e6e616d65223a22616c696365227d',X'7b7d');
        CREATE TABLE notes (
            number INTEGER PRIMARY KEY,
            finding INTEGER NOT NULL REFERENCES findings (sequence) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            state INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        INSERT INTO notes VALUES(1,1,1795000005000000,'alice',1,'asked the owner');
        CREATE TABLE streams (
            number INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            cursor TEXT NOT NULL,
            records_since INTEGER NOT NULL,
            UNIQUE (source, stream)
        );
        INSERT INTO streams VALUES(1,'audit','audit','9',2);
        CREATE TABLE checkpoints (
            stream INTEGER PRIMARY KEY REFERENCES streams (number) ON DELETE CASCADE,
            cursor TEXT NOT NULL,
            memory BLOB NOT NULL
        );
        INSERT INTO checkpoints VALUES(1,'5',X'0102');
        CREATE TABLE correlation_events (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            finding_id TEXT NOT NULL UNIQUE,
            time INTEGER NOT NULL,
            event BLOB NOT NULL
        );
        INSERT INTO correlation_events VALUES(1,'f1',1795000000000000,X'0102');
        CREATE TABLE sightings (
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (kind, value)
        ) WITHOUT ROWID;
        INSERT INTO sightings VALUES('principal','alice',1795000000000000,1795000000000000);
        CREATE TABLE outputs (
            name TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO outputs VALUES('webhook',1);
        DELETE FROM sqlite_sequence;
        INSERT INTO sqlite_sequence VALUES('deployments',1);
        INSERT INTO sqlite_sequence VALUES('findings',1);
        INSERT INTO sqlite_sequence VALUES('correlation_events',1);
        CREATE INDEX deployments_at ON deployments (at);
        CREATE INDEX deployments_user_name ON deployments (user_name, at) WHERE user_name IS NOT NULL;
        CREATE INDEX deployments_source_ip ON deployments (source_ip, at) WHERE source_ip IS NOT NULL;
        CREATE INDEX deployments_namespace ON deployments (namespace, at) WHERE namespace IS NOT NULL;
        CREATE INDEX deployments_image ON deployments (image, at) WHERE image IS NOT NULL;
        CREATE INDEX deployments_container_id ON deployments (container_id, at) WHERE container_id IS NOT NULL;
        CREATE UNIQUE INDEX findings_deployment ON findings (deployment_id, rule_id) WHERE deployment_id IS NOT NULL;
        CREATE INDEX findings_at ON findings (at);
        CREATE INDEX findings_level ON findings (level, at);
        CREATE INDEX findings_rule ON findings (rule_id, at);
        CREATE INDEX findings_user_name ON findings (user_name, at) WHERE user_name IS NOT NULL;
        CREATE INDEX findings_source_ip ON findings (source_ip, at) WHERE source_ip IS NOT NULL;
        CREATE INDEX findings_namespace ON findings (namespace, at) WHERE namespace IS NOT NULL;
        CREATE INDEX findings_image ON findings (image, at) WHERE image IS NOT NULL;
        CREATE INDEX findings_container_id ON findings (container_id, at) WHERE container_id IS NOT NULL;
        CREATE INDEX notes_finding ON notes (finding);
        CREATE INDEX correlation_events_time ON correlation_events (time);
        COMMIT;
        """
}
