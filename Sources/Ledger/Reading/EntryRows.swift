internal import Deployments
internal import GRDB

extension Row {
    /// The instant in a column.
    func time(_ column: String) -> Timestamp? {
        (self[column] as Int64?).map { Timestamp(microseconds: $0) }
    }
}

extension TrailEntry {
    init(row: Row) {
        self.init(
            source: row.text("source"),
            dataset: row.text("dataset"),
            time: row.time("time"),
            path: row.optionalText("path"),
            offset: row["offset"]
        )
    }
}

extension FindingEntry {
    init(row: Row) {
        self.init(
            id: row.text("id"),
            deploymentID: row.optionalText("deployment_id"),
            ruleID: row.text("rule_id"),
            ruleTitle: row.text("rule_title"),
            level: (FindingLevel(rawValue: row["level"] ?? 0) ?? .medium).name,
            time: row.time("time"),
            receivedAt: row.time("received_at") ?? Timestamp(microseconds: 0),
            fields: StoredFields.fields(row.bytes("fields")),
            group: row.text("group"),
            sentence: row.text("sentence"),
            ecs: row.bytes("ecs")
        )
    }
}

extension DeploymentEntry {
    init(row: Row, trail: [TrailEntry]) {
        self.init(
            id: row.text("id"),
            time: row.time("time"),
            receivedAt: row.time("received_at") ?? Timestamp(microseconds: 0),
            fields: StoredFields.fields(row.bytes("fields")),
            joinKeys: StoredFields.keys(row.bytes("join_keys")),
            ecs: row.bytes("ecs"),
            record: row.bytes("record"),
            trail: trail
        )
    }
}
