internal import Deployments
internal import Foundation
internal import GRDB

extension DeploymentEntry {
    /// Remembers it, or what is known of it by now; true where it was not known.
    func write(to database: Database) throws -> Bool {
        let find = try database.cachedStatement(sql: "SELECT number FROM deployments WHERE id = ?")
        if let number = try Int64.fetchOne(find, arguments: [StoredText(id)]) {
            try replace(number, in: database)
            return false
        }
        let insert = try database.cachedStatement(sql: Self.insert)
        try insert.execute(arguments: StatementArguments(values))
        try TrailEntry.write(trail, behind: -1, of: database.lastInsertedRowID, to: database)
        return true
    }

    private func replace(_ number: Int64, in database: Database) throws {
        let update = try database.cachedStatement(sql: Self.update)
        try update.execute(arguments: StatementArguments(values + ["number": number]))
        try TrailEntry.append(trail, to: number, in: database)
    }

    /// When it was remembered first stays.
    private static let update = """
        UPDATE deployments SET
            at = coalesce(:time, received_at), time = :time, route = \(extracted("route", "deployment.route")),
            action = \(extracted("action", "event.action")), outcome = \(extracted("outcome", "event.outcome")),
            \(IndexedField.allCases.map { "\($0.column) = \($0.extracted)" }.joined(separator: ", ")),
            fields = :fields, join_keys = :joinKeys, ecs = :ecs, record = :record
        WHERE number = :number AND :id IS NOT NULL AND :receivedAt IS NOT NULL
        """

    private static let insert = """
        INSERT INTO deployments (
            id, at, time, received_at, route, action, outcome,
            \(IndexedField.allCases.map(\.column).joined(separator: ", ")), fields, join_keys, ecs, record)
        VALUES (
            :id, coalesce(:time, :receivedAt), :time, :receivedAt, \(extracted("route", "deployment.route")),
            \(extracted("action", "event.action")), \(extracted("outcome", "event.outcome")),
            \(IndexedField.allCases.map(\.extracted).joined(separator: ", ")), :fields, :joinKeys, :ecs, :record)
        """

    private static func extracted(_ parameter: String, _ field: String) -> String {
        IndexedField.extracted(parameter, field)
    }

    private var values: [String: (any DatabaseValueConvertible)?] {
        var values: [String: (any DatabaseValueConvertible)?] = [
            "id": StoredText(id), "time": time?.microseconds, "receivedAt": receivedAt.microseconds,
            "route": fields["deployment.route"].map { StoredText($0) },
            "action": fields["event.action"].map { StoredText($0) },
            "outcome": fields["event.outcome"].map { StoredText($0) },
            "fields": StoredFields.bytes(fields), "joinKeys": StoredFields.bytes(joinKeys), "ecs": Data(ecs),
            "record": Data(record),
        ]
        for field in IndexedField.allCases {
            values.updateValue(fields[field.rawValue].map { StoredText($0) }, forKey: field.column)
        }
        return values
    }
}

extension IndexedField {
    /// What the column holds: the field as the entry has it, or else as the ECS record has it.
    var extracted: String { Self.extracted(column, rawValue) }

    static func extracted(_ parameter: String, _ field: String) -> String {
        // The names are ours; a record that is no JSON has no such field.
        let path = ECSPath.of(field) ?? "$"
        return """
            coalesce(:\(parameter), CASE WHEN json_valid(CAST(:ecs AS TEXT))
            THEN json_extract(CAST(:ecs AS TEXT), '\(path)') END)
            """
    }
}

extension Dictionary {
    fileprivate static func + (left: Self, right: Self) -> Self { left.merging(right) { $1 } }
}
