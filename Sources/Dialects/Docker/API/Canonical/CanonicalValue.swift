/// A JSON value as the daemon's decoder understands it, in the one spelling that it is forwarded in.
///
/// Known keys have the API's own case; keys that the daemon does not know are gone; nothing stands twice.
package indirect enum CanonicalValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A number that is no 64-bit integer, as it is written.
    case number(String)
    case string(String)
    case array([CanonicalValue])
    case object([CanonicalMember])

    /// The member of that name; nil for none or null.
    package subscript(name: String) -> CanonicalValue? {
        guard case .object(let members) = self, let value = members.first(where: { $0.name == name })?.value,
            value != .null
        else { return nil }
        return value
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    package var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
    /// The elements; empty for what is no list.
    package var elements: [CanonicalValue] { if case .array(let elements) = self { elements } else { [] } }
    /// The members; empty for what is no object.
    package var members: [CanonicalMember] { if case .object(let members) = self { members } else { [] } }
    /// The strings of a list; a lone string is one, as `strslice.StrSlice` takes it.
    package var strings: [String] { string.map { [$0] } ?? elements.compactMap(\.string) }
}

/// One member of an object.
package struct CanonicalMember: Sendable, Equatable {
    package var name: String
    package var value: CanonicalValue

    package init(_ name: String, _ value: CanonicalValue) {
        self.name = name
        self.value = value
    }
}
