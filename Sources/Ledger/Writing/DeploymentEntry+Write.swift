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
        try insert.execute(arguments: StatementArguments(values(in: database)))
        try TrailEntry.write(trail, behind: -1, of: database.lastInsertedRowID, to: database)
        return true
    }

    private func replace(_ number: Int64, in database: Database) throws {
        let update = try database.cachedStatement(sql: Self.update)
        var values = try values(in: database)
        values["number"] = number
        try update.execute(arguments: StatementArguments(values))
        try TrailEntry.append(trail, to: number, in: database)
    }

    /// When it was remembered first stays.
    private static let update = """
        UPDATE OR FAIL deployments SET
            at = coalesce(:time, received_at), time = :time, \(columns.assignments), fields = :fields,
            join_keys = :joinKeys, ecs = :ecs, record = :record
        WHERE number = :number AND :id IS NOT NULL AND :receivedAt IS NOT NULL
        """

    /// FAIL leaves it to us to take back what a statement did before it failed, as every transaction of ours that fails
    /// is: see ``Schema/third``.
    private static let insert = """
        INSERT OR FAIL INTO deployments (
            id, at, time, received_at, \(columns.names), fields, join_keys, ecs, record)
        VALUES (
            :id, coalesce(:time, :receivedAt), :time, :receivedAt, \(columns.parameters), :fields, :joinKeys, :ecs,
            :record)
        """

    private static let columns = FieldColumns(
        [
            ColumnField("route", "deployment.route"), ColumnField("action", "event.action"),
            ColumnField("outcome", "event.outcome"),
        ] + IndexedField.allCases.map(ColumnField.init)
    )

    private func values(in database: Database) throws -> [String: (any DatabaseValueConvertible)?] {
        let ecs = Data(ecs)
        var values: [String: (any DatabaseValueConvertible)?] = [
            "id": StoredText(id), "time": time?.microseconds, "receivedAt": receivedAt.microseconds,
            "fields": StoredFields.bytes(fields), "joinKeys": StoredFields.bytes(joinKeys), "ecs": ecs,
            "record": Data(record),
        ]
        try Self.columns.add(fields, ecs: ecs, to: &values, in: database)
        return values
    }
}
