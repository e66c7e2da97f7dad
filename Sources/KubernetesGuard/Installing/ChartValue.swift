internal import Sigma

/// What a chart's template can name: its values, and what is chosen over them.
enum ChartValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case null
    case list([ChartValue])
    case map([String: ChartValue])

    /// A value of a chart's `values.yaml`.
    init(_ attribute: Attribute) throws(ChartError) {
        switch attribute.content {
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(integer)
        case .boolean(let flag): self = .flag(flag)
        case .null: self = .null
        case .number: throw ChartError(attribute.place.description, "'\(attribute.spelling)' is no whole number")
        case .list(let list):
            var values: [ChartValue] = []
            for element in list { values.append(try ChartValue(element)) }
            self = .list(values)
        case .map(let members):
            var values: [String: ChartValue] = [:]
            for member in members { values[member.key] = try ChartValue(member.value) }
            self = .map(values)
        }
    }

    /// Whether an `if` holds for it: Go's templates take what is empty, zero or false for no.
    var isTrue: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .integer(let integer): integer != 0
        case .flag(let flag): flag
        case .null: false
        case .list(let list): !list.isEmpty
        case .map(let members): !members.isEmpty
        }
    }

    /// What stands under a key; nil where it is no map that has it.
    subscript(key: String) -> ChartValue? {
        guard case .map(let members) = self else { return nil }
        return members[key]
    }

    /// Puts a value at a path of keys, making maps on the way.
    mutating func set(_ path: ArraySlice<String>, to value: ChartValue) {
        guard let key = path.first else {
            self = value
            return
        }
        var members: [String: ChartValue] = [:]
        if case .map(let present) = self { members = present }
        members[key, default: .map([:])].set(path.dropFirst(), to: value)
        self = .map(members)
    }
}
