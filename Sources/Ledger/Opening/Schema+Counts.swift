/// The counts that version 3 of the ledger keeps, for what is asked of a million rows at a glance.
///
/// Triggers keep them, within the transaction that changes what they count: whoever writes the ledger, with whichever
/// statement, leaves them exact. REPLACE alone would not, as it deletes without the triggers; no statement of ours has it.
extension Schema {
    /// What is new in version 3: how many deployments and findings there are by hour, and open findings by rule.
    ///
    /// A count that comes to nothing has no row, so that what was forgotten leaves none behind. A deployment without a
    /// route is counted under the empty one: a key holds no NULL.
    ///
    /// A statement that sets off triggers, and could stop halfway, costs half as much again: SQLite copies each page before
    /// it changes it, to take back that statement alone (https://www.sqlite.org/tempfiles.html#stmtjrnl). So those that
    /// insert are such that cannot: they are INSERT OR FAIL, in a transaction that is taken back as a whole; they call no
    /// function; and the counts have no constraint.
    static let third = """
        CREATE TABLE deployments_by_hour (
            hour INTEGER NOT NULL,
            route TEXT NOT NULL,
            count INTEGER,
            PRIMARY KEY (hour, route)
        ) WITHOUT ROWID;
        INSERT INTO deployments_by_hour (hour, route, count) \(recounts["deployments_by_hour"] ?? "");

        CREATE TABLE findings_by_hour (
            hour INTEGER NOT NULL,
            level INTEGER NOT NULL,
            count INTEGER,
            PRIMARY KEY (hour, level)
        ) WITHOUT ROWID;
        INSERT INTO findings_by_hour (hour, level, count) \(recounts["findings_by_hour"] ?? "");

        CREATE TABLE open_findings_by_rule (
            rule_id TEXT NOT NULL,
            level INTEGER NOT NULL,
            count INTEGER,
            PRIMARY KEY (rule_id, level)
        ) WITHOUT ROWID;
        INSERT INTO open_findings_by_rule (rule_id, level, count) \(recounts["open_findings_by_rule"] ?? "");
        CREATE INDEX findings_open ON findings (rule_id, at) WHERE state = 0;

        CREATE TRIGGER deployments_counted AFTER INSERT ON deployments BEGIN
            \(deploymentAdded);
        END;
        CREATE TRIGGER deployments_discounted AFTER DELETE ON deployments BEGIN
            \(deploymentRemoved);
        END;
        CREATE TRIGGER deployments_recounted AFTER UPDATE OF at, route ON deployments
        WHEN \(hour("old.at")) <> \(hour("new.at")) OR old.route IS NOT new.route BEGIN
            \(deploymentRemoved);
            \(deploymentAdded);
        END;

        CREATE TRIGGER findings_counted AFTER INSERT ON findings BEGIN
            \(findingAdded);
            \(openFindingAdded);
        END;
        CREATE TRIGGER findings_discounted AFTER DELETE ON findings BEGIN
            \(findingRemoved);
            \(openFindingRemoved);
        END;
        CREATE TRIGGER findings_recounted AFTER UPDATE OF at, level, state, rule_id ON findings BEGIN
            \(findingRemoved);
            \(findingAdded);
            \(openFindingRemoved);
            \(openFindingAdded);
        END;
        """

    /// What each table of counts should hold, by its name.
    static let recounts = [
        "deployments_by_hour": """
        SELECT \(hour("at")), coalesce(route, ''), count(*) FROM deployments GROUP BY 1, 2
        """,
        "findings_by_hour": "SELECT \(hour("at")), level, count(*) FROM findings GROUP BY 1, 2",
        "open_findings_by_rule": "SELECT rule_id, level, count(*) FROM findings WHERE state = 0 GROUP BY 1, 2",
    ]

    /// Whole hours since 1970 up to an instant; SQLite's division goes towards zero, and so up before 1970.
    private static func hour(_ time: String) -> String { "(\(time) / 3600000000 - (\(time) % 3600000000 < 0))" }

    private static let deploymentAdded = """
        INSERT INTO deployments_by_hour (hour, route, count) VALUES (\(hour("new.at")), coalesce(new.route, ''), 1)
            ON CONFLICT (hour, route) DO UPDATE SET count = count + 1
        """

    private static let deploymentRemoved = removed(
        from: "deployments_by_hour",
        where: "hour = \(hour("old.at")) AND route = coalesce(old.route, '')"
    )

    private static let findingAdded = """
        INSERT INTO findings_by_hour (hour, level, count) VALUES (\(hour("new.at")), new.level, 1)
            ON CONFLICT (hour, level) DO UPDATE SET count = count + 1
        """

    private static let findingRemoved = removed(
        from: "findings_by_hour",
        where: "hour = \(hour("old.at")) AND level = old.level"
    )

    private static let openFindingAdded = """
        INSERT INTO open_findings_by_rule (rule_id, level, count) SELECT new.rule_id, new.level, 1 WHERE new.state = 0
            ON CONFLICT (rule_id, level) DO UPDATE SET count = count + 1
        """

    private static let openFindingRemoved = removed(
        from: "open_findings_by_rule",
        where: "old.state = 0 AND rule_id = old.rule_id AND level = old.level"
    )

    private static func removed(from table: String, where condition: String) -> String {
        """
        UPDATE \(table) SET count = count - 1 WHERE \(condition);
            DELETE FROM \(table) WHERE \(condition) AND count = 0
        """
    }
}
