internal import Deployments
internal import Foundation
internal import GRDB

extension FindingEntry {
    /// Remembers it, and returns its number; nil where it is known, or is the same rule on the same deployment.
    func write(to database: Database) throws -> Int64? {
        let insert = try database.cachedStatement(sql: Self.insert)
        let ecs = Data(ecs)
        var values: [String: (any DatabaseValueConvertible)?] = [
            "id": StoredText(id), "deploymentID": deploymentID.map { StoredText($0) }, "ruleID": StoredText(ruleID),
            "ruleTitle": StoredText(ruleTitle), "level": FindingLevel(named: level).rawValue,
            "time": time?.microseconds, "receivedAt": receivedAt.microseconds, "group": StoredText(group),
            "sentence": StoredText(sentence), "fields": StoredFields.bytes(fields), "ecs": ecs,
        ]
        try Self.columns.add(fields, ecs: ecs, to: &values, in: database)
        try insert.execute(arguments: StatementArguments(values))
        return database.changesCount == 1 ? database.lastInsertedRowID : nil
    }

    private static let columns = FieldColumns(IndexedField.allCases.map(ColumnField.init))

    /// Both the id and the pair of rule and deployment are unique.
    ///
    /// FAIL as for deployments.
    private static let insert = """
        INSERT OR FAIL INTO findings (
            id, deployment_id, rule_id, rule_title, level, at, time, received_at, "group", sentence,
            \(columns.names), fields, ecs)
        VALUES (
            :id, :deploymentID, :ruleID, :ruleTitle, :level, coalesce(:time, :receivedAt), :time, :receivedAt, :group,
            :sentence, \(columns.parameters), :fields, :ecs)
        ON CONFLICT DO NOTHING
        """
}
