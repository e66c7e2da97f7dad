internal import Deployments
internal import Foundation
internal import GRDB

extension FindingEntry {
    /// Remembers it, and returns its number; nil where it is known, or is the same rule on the same deployment.
    func write(to database: Database) throws -> Int64? {
        let insert = try database.cachedStatement(sql: Self.insert)
        var values: [String: (any DatabaseValueConvertible)?] = [
            "id": StoredText(id), "deploymentID": deploymentID.map { StoredText($0) }, "ruleID": StoredText(ruleID),
            "ruleTitle": StoredText(ruleTitle), "level": FindingLevel(named: level).rawValue,
            "time": time?.microseconds, "receivedAt": receivedAt.microseconds, "group": StoredText(group),
            "sentence": StoredText(sentence), "fields": StoredFields.bytes(fields), "ecs": Data(ecs),
        ]
        for field in IndexedField.allCases {
            values.updateValue(fields[field.rawValue].map { StoredText($0) }, forKey: field.column)
        }
        try insert.execute(arguments: StatementArguments(values))
        return database.changesCount == 1 ? database.lastInsertedRowID : nil
    }

    /// Both the id and the pair of rule and deployment are unique.
    private static let insert = """
        INSERT INTO findings (
            id, deployment_id, rule_id, rule_title, level, at, time, received_at, "group", sentence,
            \(IndexedField.allCases.map(\.column).joined(separator: ", ")), fields, ecs)
        VALUES (
            :id, :deploymentID, :ruleID, :ruleTitle, :level, coalesce(:time, :receivedAt), :time, :receivedAt, :group,
            :sentence, \(IndexedField.allCases.map(\.extracted).joined(separator: ", ")), :fields, :ecs)
        ON CONFLICT DO NOTHING
        """
}
