internal import Foundation
internal import GRDB

/// A field with a column of its own.
struct ColumnField: Sendable {
    let column: String
    let field: String

    init(_ column: String, _ field: String) {
        self.column = column
        self.field = field
    }

    init(_ field: IndexedField) { self.init(field.column, field.rawValue) }
}

/// The columns of a table for fields: each holds its field as the entry has it, or else as its ECS record has it.
struct FieldColumns: Sendable {
    private let columns: [ColumnField]
    /// Tells, of a record, those fields whose bits are set.
    private let extraction: String

    init(_ columns: [ColumnField]) {
        self.columns = columns
        let fields = columns.enumerated().map { place, column in
            // The names are ours.
            let path = ECSPath.of(column.field) ?? "$"
            return "CASE WHEN ?2 & \(1 << place) THEN CAST(json_extract(ecs, '\(path)') AS BLOB) END"
        }
        extraction = """
            SELECT \(fields.joined(separator: ", ")) FROM (SELECT CAST(?1 AS TEXT) AS ecs) WHERE json_valid(ecs)
            """
    }

    /// The names, and the parameters of the same names, as in a statement that inserts.
    var names: String { columns.map(\.column).joined(separator: ", ") }
    var parameters: String { columns.map { ":\($0.column)" }.joined(separator: ", ") }
    /// As in a statement that updates.
    var assignments: String { columns.map { "\($0.column) = :\($0.column)" }.joined(separator: ", ") }

    /// Adds what the columns hold, by their names.
    ///
    /// A statement of its own extracts what the entry lacks. Were it done in the one that inserts, a function could stop
    /// that halfway, and SQLite would copy each page before the statement changes it: see ``Schema/third``.
    func add(
        _ fields: [String: String],
        ecs: Data,
        to values: inout [String: (any DatabaseValueConvertible)?],
        in database: Database
    ) throws {
        var missing = 0
        for (place, column) in columns.enumerated() {
            let value = fields[column.field]
            if value == nil { missing |= 1 << place }
            values.updateValue(value.map { StoredText($0) }, forKey: column.column)
        }
        guard missing != 0 else { return }
        let select = try database.cachedStatement(sql: extraction)
        // A record that is no JSON has no such field.
        let rows = try Row.fetchCursor(select, arguments: [ecs, missing])
        guard let row = try rows.next() else { return }
        for (place, column) in columns.enumerated() where missing & (1 << place) != 0 {
            guard let bytes = row[place] as Data? else { continue }
            values[column.column] = StoredText(String(decoding: bytes, as: UTF8.self))
        }
    }
}
