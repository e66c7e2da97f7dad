package import Deployments

/// What is asked of ECS fields: `user.name=alice and (source.ip=10.* or not event.outcome=success)`.
package indirect enum FieldExpression: Sendable, Equatable {
    case comparison(FieldComparison)
    case and(FieldExpression, FieldExpression)
    case or(FieldExpression, FieldExpression)
    case not(FieldExpression)

    /// The fields that are asked for, in the expression's order.
    package var fields: [String] {
        switch self {
        case .comparison(let comparison): [comparison.field]
        case .and(let left, let right), .or(let left, let right): left.fields + right.fields
        case .not(let inner): inner.fields
        }
    }
}

/// One field, and what its value has to be.
///
/// A field of several values is as asked where any of them is. One that is not there is as asked nowhere; `!=` and `!~` are
/// what `=` and `~` are not.
package struct FieldComparison: Sendable, Equatable {
    package enum Test: Sendable, Equatable {
        /// The whole value, byte for byte.
        case equals(FieldPattern)
        /// A part of the value; ASCII letters whatever their case.
        case contains(FieldPattern)
        /// A number's, a time's or a level's place among others.
        case ordered(Order, Bound)
    }

    package enum Order: String, Sendable, Equatable {
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
    }

    package enum Bound: Sendable, Equatable {
        case number(Double)
        case time(Timestamp)
        case level(FindingLevel)
    }

    /// The field's name in ECS.
    package var field: String
    package var test: Test

    package init(field: String, test: Test) {
        self.field = field
        self.test = test
    }
}

/// A text with wildcards: its pieces, with anything, or nothing, between one and the next.
package struct FieldPattern: Sendable, Equatable {
    /// At least one; one alone has no wildcard beside it.
    package var pieces: [String]

    package init(pieces: [String]) { self.pieces = pieces }

    package var hasWildcard: Bool { pieces.count > 1 }

    /// The pattern as SQLite's GLOB takes it (https://www.sqlite.org/lang_expr.html#glob): all but `*` stands for itself.
    var glob: String {
        pieces.map { piece in
            piece.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
        }.joined(separator: "*")
    }
}

/// What is wrong with an expression, and where.
package struct FieldExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
    package var message: String
    /// The character that it begins at, from 1 on.
    package var column: Int

    package var description: String { "column \(column): \(message)" }
}
