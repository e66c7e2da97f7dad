/// A Sigma correlation rule: what several matches together mean.
///
/// It is read and kept; the engine that evaluates it is still to come.
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md
public struct Correlation: Sendable {
    /// What is counted or compared.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case eventCount = "event_count"
        case valueCount = "value_count"
        case temporal
        case temporalOrdered = "temporal_ordered"
        case valueSum = "value_sum"
        case valueAverage = "value_avg"
        case valuePercentile = "value_percentile"
        case valueMedian = "value_median"
    }

    /// A bound of the condition.
    public struct Bound: Sendable, Hashable {
        /// How the figure has to stand to the number.
        public enum Relation: String, Sendable, Hashable, CaseIterable { case gt, gte, lt, lte, eq, neq }

        /// How the figure has to stand to the number.
        public var relation: Relation
        /// The number.
        public var number: Double
    }

    /// A short name for people.
    public var title: String
    /// The rule's identifier.
    public var id: String?
    /// A name that other correlations may use.
    public var name: String?
    /// How bad a match is.
    public var level: Level?
    /// Tags such as `attack.t1610`.
    public var tags: [String]
    /// What is counted or compared.
    public var kind: Kind
    /// The rules whose matches are looked at, by identifier or name.
    public var rules: [String]
    /// Fields whose values must be alike.
    public var groupBy: [String]
    /// How long matches belong together, in seconds.
    public var timespan: Double
    /// Bounds on the figure, all of which have to hold.
    public var bounds: [Bound]
    /// The fields whose values are counted or summed.
    public var fields: [String]
    /// A field name of its own for each rule: alias, rule, field.
    public var aliases: [String: [String: String]]
    /// Whether the rules it names raise alerts of their own too.
    public var generate: Bool
    /// Everything under `correlation`, as written.
    public var attributes: [Attribute.Member]
    /// Where the document starts.
    public var place: Place
}
