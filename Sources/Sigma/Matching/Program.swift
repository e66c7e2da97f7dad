/// A detection in the form that is matched: searches as formulas over predicates, conditions as formulas over searches.
package struct Program: Sendable, Hashable {
    struct Named: Sendable, Hashable {
        var name: String
        var formula: Formula
    }

    var selections: [Named] = []
    /// Any one of them suffices.
    var conditions: [Formula] = []
}

/// A boolean formula over predicates.
indirect enum Formula: Sendable, Hashable {
    case constant(Bool)
    case predicate(Predicate)
    /// A search of the same program, by index.
    case selection(Int)
    case not(Formula)
    case and([Formula])
    case or([Formula])
    case atLeast(Int, [Formula])
    /// Members of a list of objects, each judged by a program of its own.
    case elements(field: String, Selection.Quantifier, Program)

    /// A conjunction, without a node of its own where there is one part only.
    static func all(_ parts: [Formula]) -> Formula { parts.count == 1 ? parts[0] : .and(parts) }

    /// A disjunction, without a node of its own where there is one part only.
    static func any(_ parts: [Formula]) -> Formula { parts.count == 1 ? parts[0] : .or(parts) }
}

/// One test on the values of one field; `field` is `nil` for a test on every value of the event.
struct Predicate: Sendable, Hashable {
    var field: String?
    var test: Test
}

/// What a value is tested for.
///
/// A field with several values fits when any of them does.
enum Test: Sendable, Hashable {
    /// The whole text, byte for byte or but for the case of letters.
    case exact([UInt8], cased: Bool)
    case wildcard([TextPart], cased: Bool)
    case regex(String, RegexOptions)
    /// Any value that is not null, the empty text included.
    case anyValue
    /// The field is absent or null.
    case null
    /// The field is there, whatever its value.
    case exists
    case compare(Comparison, Number)
    case network(Network)
    case time(TimePart, Comparison, Int)
    case field(String, FieldRelation, cased: Bool)
}

/// What `re` was told by `i`, `m` and `s`.
struct RegexOptions: Sendable, Hashable {
    var ignoresCase = false
    var multiLine = false
    var dotMatchesNewline = false
}

/// How a number stands to another.
enum Comparison: Sendable, Hashable {
    case less, lessOrEqual, greater, greaterOrEqual, equal

    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        }
    }
}

/// A number as a rule has it.
enum Number: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
}

/// How the value of a field stands to that of another.
enum FieldRelation: Sendable, Hashable {
    case equal, contains, startsWith, endsWith
}
