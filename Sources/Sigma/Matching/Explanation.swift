extension Test {
    /// Whether any value of the field will do for an explanation.
    var isAboutPresence: Bool {
        switch self {
        case .anyValue, .null, .exists, .field: true
        default: false
        }
    }

    /// What a value is compared with, for people.
    var description: String {
        switch self {
        case .exact(let text, _): String(decoding: text, as: UTF8.self)
        case .wildcard(let parts, _): parts.map(\.description).joined()
        case .regex(let expression, _): "/\(expression)/"
        case .anyValue: "*"
        case .null: "null"
        case .exists: "exists"
        case .compare(let comparison, .integer(let number)): "\(comparison.sign) \(number)"
        case .compare(let comparison, .number(let number)): "\(comparison.sign) \(NumberText.spelled(number))"
        case .network(let network): network.description
        case .time(let part, let comparison, let value): "\(part) \(comparison.sign) \(value)"
        case .field(let other, let relation, _): "\(relation) the field \(other)"
        }
    }
}

extension TextPart: CustomStringConvertible {
    var description: String {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .anyOne: "?"
        case .anyRun: "*"
        }
    }
}

extension Comparison {
    var sign: String {
        switch self {
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .equal: "="
        }
    }
}

extension FieldRelation: CustomStringConvertible {
    var description: String {
        switch self {
        case .equal: "equal to"
        case .contains: "containing"
        case .startsWith: "starting with"
        case .endsWith: "ending with"
        }
    }
}

extension Network: CustomStringConvertible {
    var description: String {
        if address.isVersion4 {
            let octets = (0..<4).map { String(UInt8(truncatingIfNeeded: address.bits >> (24 - 8 * $0))) }
            return octets.joined(separator: ".") + "/\(prefix)"
        }
        let groups = (0..<8).map { String(UInt16(truncatingIfNeeded: address.bits >> (112 - 16 * $0)), radix: 16) }
        return groups.joined(separator: ":") + "/\(prefix)"
    }
}

extension Rule {
    /// The searches that the conditions use outside of a negation.
    var positiveSelections: Set<String> {
        var names: Set<String> = []
        func visit(_ formula: Formula) {
            switch formula {
            case .selection(let index): names.insert(program.selections[index].name)
            case .and(let parts), .or(let parts), .atLeast(_, let parts): parts.forEach(visit)
            case .constant, .predicate, .not, .elements: break
            }
        }
        program.conditions.forEach(visit)
        return names
    }
}
