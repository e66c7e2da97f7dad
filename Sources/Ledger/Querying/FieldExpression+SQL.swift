internal import Deployments
internal import GRDB

extension FieldExpression {
    /// The expression as a condition on rows of a table.
    func condition(on table: LedgerTable) -> SQLCondition {
        switch self {
        case .comparison(let comparison): comparison.condition(on: table)
        case .and(let left, let right): .all([left.condition(on: table), right.condition(on: table)])
        case .or(let left, let right): .any([left.condition(on: table), right.condition(on: table)])
        case .not(let inner): .not(inner.condition(on: table))
        }
    }
}

extension FieldComparison {
    fileprivate func condition(on table: LedgerTable) -> SQLCondition {
        switch (table, field, test) {
        case (.findings, "tidewaiter.finding.state", .equals(let pattern)),
            (.findings, "tidewaiter.finding.state", .contains(let pattern)):
            let isWhole = if case .equals = test { true } else { false }
            return Self.text(FindingState.nameSQL, pattern, isWhole: isWhole)
        case (.findings, "rule.level", .ordered(let order, .level(let level))):
            return SQLCondition("level \(order.rawValue) ?", [level.rawValue])
        case (.findings, "rule.level", .equals(let pattern)) where !pattern.hasWildcard:
            // Its index is of use only so.
            guard let level = FindingLevel.allCases.first(where: { $0.name == pattern.pieces[0] }) else {
                return SQLCondition("0")
            }
            return SQLCondition("level = ?", [level.rawValue])
        case (_, "@timestamp", .ordered(let order, .time(let time))):
            return SQLCondition("time \(order.rawValue) ?", [time.microseconds])
        case (_, _, .equals(let pattern)):
            guard let column = table.column(of: field) else { return value(test) }
            return Self.text(column, pattern, isWhole: true)
        case (_, _, .contains(let pattern)):
            guard let column = table.column(of: field) else { return value(test) }
            return Self.text(column, pattern, isWhole: false)
        case (_, _, .ordered):
            return value(test)
        }
    }

    private static func text(_ expression: String, _ pattern: FieldPattern, isWhole: Bool) -> SQLCondition {
        guard isWhole else {
            return SQLCondition("lower(\(expression)) GLOB ?", ["*\(pattern.lowercasedASCII.glob)*"])
        }
        guard pattern.hasWildcard else { return SQLCondition("\(expression) = ?", [StoredText(pattern.pieces[0])]) }
        return SQLCondition("\(expression) GLOB ?", [pattern.glob])
    }

    /// A condition on the ECS record: on any value of the field, where it has several.
    private func value(_ test: Test) -> SQLCondition {
        // A boolean's value is 0 or 1 otherwise.
        let text = "CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(atom AS TEXT) END"
        let inner =
            switch test {
            case .equals(let pattern): Self.text("(\(text))", pattern, isWhole: true)
            case .contains(let pattern): Self.text("(\(text))", pattern, isWhole: false)
            case .ordered(let order, .number(let number)):
                SQLCondition("type IN ('integer', 'real') AND atom \(order.rawValue) ?", [number])
            case .ordered(let order, .time(let time)):
                // Times are written in UTC and in one length, so that their order is that of their texts.
                SQLCondition(
                    """
                    type = 'text' AND length(atom) = 27 AND atom GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z'
                    AND atom \(order.rawValue) ?
                    """,
                    [time.description]
                )
            // Deployments have none of their own.
            case .ordered(_, .level): SQLCondition("0")
            }
        let record = "CASE WHEN json_valid(CAST(ecs AS TEXT)) THEN CAST(ecs AS TEXT) ELSE '{}' END"
        // An object's members are fields of their own; their keys are texts.
        return SQLCondition(
            "EXISTS (SELECT 1 FROM json_each(\(record), ?) WHERE atom IS NOT NULL AND typeof(key) <> 'text' AND \(inner.sql))",
            [ECSPath.of(field) ?? "$"] + inner.arguments
        )
    }
}

extension FieldPattern {
    /// As SQLite's `lower` has it.
    fileprivate var lowercasedASCII: FieldPattern {
        FieldPattern(
            pieces: pieces.map { piece in
                String(
                    String.UnicodeScalarView(
                        piece.unicodeScalars.map { scalar in
                            ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
                        }
                    )
                )
            }
        )
    }
}
