internal import GRDB

/// A condition of a statement, with what its parameters stand for: nothing that was asked is ever part of the text.
struct SQLCondition {
    var sql: String
    var arguments: [any DatabaseValueConvertible]

    init(_ sql: String, _ arguments: [any DatabaseValueConvertible] = []) {
        self.sql = sql
        self.arguments = arguments
    }

    /// All of them; no condition at all is one that always holds.
    static func all(_ conditions: [SQLCondition]) -> SQLCondition {
        guard !conditions.isEmpty else { return SQLCondition("1") }
        return joined(conditions, by: " AND ")
    }

    static func any(_ conditions: [SQLCondition]) -> SQLCondition {
        guard !conditions.isEmpty else { return SQLCondition("0") }
        return joined(conditions, by: " OR ")
    }

    /// Holds wherever the condition does not, also where a value is not there.
    static func not(_ condition: SQLCondition) -> SQLCondition {
        SQLCondition("((\(condition.sql)) IS NOT TRUE)", condition.arguments)
    }

    private static func joined(_ conditions: [SQLCondition], by separator: String) -> SQLCondition {
        SQLCondition(
            "(" + conditions.map(\.sql).joined(separator: separator) + ")",
            conditions.flatMap(\.arguments)
        )
    }
}
