/// A value of a rule document that the specification gives no meaning to, kept as written.
///
/// Rules may carry keys of their own ("custom attributes" in the specification); tools read them from here.
public struct Attribute: Sendable, Hashable {
    /// What is written there.
    public indirect enum Content: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        case null
        case list([Attribute])
        /// The members in the order they are written.
        case map([Member])
    }

    /// A key and what stands under it.
    public struct Member: Sendable, Hashable {
        /// The key, as text.
        public var key: String
        /// Where the key stands.
        public var place: Place
        /// What stands under it.
        public var value: Attribute
    }

    /// What is written there.
    public var content: Content
    /// Where it stands.
    public var place: Place
    /// The scalar as it is spelled, `0x1F` or `1.10`; empty for lists and maps.
    public var spelling: String

    /// What stands under `key`, when this is a map that has it.
    public subscript(key: String) -> Attribute? {
        guard case .map(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a scalar, as spelled; `nil` for null, lists and maps.
    public var text: String? {
        switch content {
        case .text(let text): text
        case .integer, .number, .boolean: spelling
        case .null, .list, .map: nil
        }
    }
}
