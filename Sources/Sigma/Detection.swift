/// What a rule looks for: named searches, and a condition that joins them.
public struct Detection: Sendable, Hashable {
    /// The named searches, in the order they are written.
    public var selections: [Selection]
    /// The conditions; any one of them suffices.
    public var conditions: [Condition]
}

/// A named search.
public struct Selection: Sendable, Hashable {
    /// The search identifier.
    public var name: String
    /// What it looks for.
    public var body: Body
    /// Where its name stands.
    public var place: Place

    /// The shape of a search: a map is "all of", a list is "any of".
    public indirect enum Body: Sendable, Hashable {
        case item(DetectionItem)
        case all([Body])
        case any([Body])
        /// Members of a list of objects, judged one at a time: `containers[any]`.
        case elements(field: String, Quantifier, Detection)
    }

    /// How many members of a list have to fit.
    public enum Quantifier: String, Sendable, Hashable, CaseIterable {
        case any, all, none
        case allOrEmpty = "all_or_empty"
    }
}

/// A field, what is done to it, and the values it is compared with.
public struct DetectionItem: Sendable, Hashable {
    /// The field; `nil` for keywords, which are searched for in the whole event.
    public var field: String?
    /// The modifiers, in the order they are written.
    public var modifiers: [Modifier]
    /// The values; any one suffices unless the modifier `all` is there.
    public var values: [Value]
    /// Where the key stands.
    public var place: Place

    /// A value of a rule, and where it stands.
    public struct Value: Sendable, Hashable {
        /// What it is.
        public var content: Content
        /// As it is spelled.
        public var spelling: String
        /// Where it stands.
        public var place: Place
    }

    /// What a value is.
    public enum Content: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        case null
    }
}
