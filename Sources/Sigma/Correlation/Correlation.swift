/// A Sigma correlation rule: what several matches together mean.
///
/// ``CorrelationPlan`` puts it together with the rules it names, ``CorrelationEngine`` evaluates it.
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md
public struct Correlation: Sendable {
    /// What is counted or compared.
    ///
    /// `value_median` is pySigma's; the specification 2.1 has only the other seven.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case eventCount = "event_count"
        case valueCount = "value_count"
        case temporal
        case temporalOrdered = "temporal_ordered"
        case valueSum = "value_sum"
        case valueAverage = "value_avg"
        case valuePercentile = "value_percentile"
        case valueMedian = "value_median"

        /// Whether the figure is made of the values of a field.
        public var readsField: Bool {
            switch self {
            case .eventCount, .temporal, .temporalOrdered: false
            case .valueCount, .valueSum, .valueAverage, .valuePercentile, .valueMedian: true
            }
        }

        /// Whether the figure is a number of things: 1, 2, 3 and so on.
        public var isCount: Bool {
            switch self {
            case .eventCount, .valueCount, .temporal, .temporalOrdered: true
            case .valueSum, .valueAverage, .valuePercentile, .valueMedian: false
            }
        }

        /// Whether it looks at which rules matched, and not at how often.
        public var isTemporal: Bool { self == .temporal || self == .temporalOrdered }
    }

    /// A bound of the condition.
    public struct Bound: Sendable, Hashable {
        /// How the figure has to stand to the number.
        public enum Relation: String, Sendable, Hashable, CaseIterable { case gt, gte, lt, lte, eq, neq }

        /// How the figure has to stand to the number.
        public var relation: Relation
        /// The number.
        public var number: Double

        /// Whether `figure` stands so to the number.
        public func holds(_ figure: Double) -> Bool {
            switch relation {
            case .gt: figure > number
            case .gte: figure >= number
            case .lt: figure < number
            case .lte: figure <= number
            case .eq: figure == number
            case .neq: figure != number
            }
        }
    }

    /// A rule or another correlation, as it is named by one.
    public struct Reference: Sendable, Hashable {
        /// Its identifier or its name.
        public var name: String
        /// Where it is named.
        public var place: Place
    }

    /// A short name for people.
    public var title: String
    /// The rule's identifier.
    public var id: String?
    /// A name that other correlations may use.
    public var name: String?
    /// What it detects.
    public var description: String?
    /// Where the knowledge comes from.
    public var references: [String]
    /// Known causes of false alarms.
    public var falsepositives: [String]
    /// How bad a match is.
    public var level: Level?
    /// Tags such as `attack.t1610`.
    public var tags: [String]
    /// What is counted or compared.
    public var kind: Kind
    /// The rules whose matches are looked at; for ``Kind/temporalOrdered`` in the order of their events.
    public var rules: [Reference]
    /// Fields whose values must be alike.
    public var groupBy: [String]
    /// How long matches belong together: two that are exactly this far apart still do.
    public var timespan: Duration
    /// Bounds on the figure, all of which have to hold; empty only for the temporal kinds, where all rules are needed.
    public var bounds: [Bound]
    /// The fields whose values are counted or summed; several only for ``Kind/valueCount``, which counts pairs then.
    public var fields: [String]
    /// Which percentile of a field's numbers is compared, from 0 to 100 (pySigma's `percentile`).
    ///
    /// Without one, ``Kind/valuePercentile`` compares a value's share of all values in percent, as the specification's
    /// example does.
    public var percentile: Double?
    /// A field name of its own for each rule: alias, rule, field.
    public var aliases: [String: [String: String]]
    /// Whether the rules it names raise alerts of their own too.
    public var generate: Bool
    /// How far the correlation is trusted.
    public var status: Status?
    /// Who wrote it.
    public var author: String?
    /// When it was written, as spelled.
    public var date: String?
    /// Everything under `correlation`, as written.
    public var attributes: [Attribute.Member]
    /// Keys of the document that the specification does not define, in the order they are written.
    public var documentAttributes: [Attribute.Member]
    /// Where the document starts.
    public var place: Place

    /// What stands under a key of the document that the specification does not define.
    public func attribute(_ key: String) -> Attribute? { documentAttributes.first { $0.key == key }?.value }

    /// Whether a correlation that names `reference` means this one.
    public func isNamed(_ reference: String) -> Bool { id == reference || name == reference }
}
