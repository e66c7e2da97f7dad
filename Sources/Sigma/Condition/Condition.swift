/// A condition over named searches.
public indirect enum Condition: Sendable, Hashable {
    case selection(String)
    case not(Condition)
    case and([Condition])
    case or([Condition])
    /// `1 of`, `2 of`, `all of`: so many of the searches that the pattern names.
    case quantified(Count, Names)

    /// How many searches have to match.
    public enum Count: Sendable, Hashable {
        case all
        case atLeast(Int)
    }

    /// Which searches are meant.
    public enum Names: Sendable, Hashable {
        /// Every search whose name does not start with an underscore.
        case them
        /// Those whose name fits; `*` stands for any run of characters.
        case pattern(String)
    }

    /// Whether a negation stands anywhere in it.
    public var containsNegation: Bool {
        switch self {
        case .selection, .quantified: false
        case .not: true
        case .and(let parts), .or(let parts): parts.contains { $0.containsNegation }
        }
    }
}
