/// A Sigma detection rule, read and checked.
///
/// Keys are those of the specification 2.x,
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md
public struct Rule: Sendable {
    /// A short name for people.
    public var title: String
    /// The rule's identifier, usually a UUID.
    public var id: String?
    /// A name that filters and correlations may use in place of the identifier.
    public var name: String?
    /// How far the rule is trusted.
    public var status: Status?
    /// What it detects.
    public var description: String?
    /// Where the knowledge comes from.
    public var references: [String]
    /// Who wrote it.
    public var author: String?
    /// When it was written, as spelled.
    public var date: String?
    /// When it was last changed, as spelled.
    public var modified: String?
    /// Tags such as `attack.t1610`.
    public var tags: [String]
    /// Which logs it reads.
    public var logsource: LogSource
    /// What it looks for.
    public var detection: Detection
    /// Fields that an analyst wants to see.
    public var fields: [String]
    /// Known causes of false alarms.
    public var falsepositives: [String]
    /// How bad a match is.
    public var level: Level?
    /// Other rules that this one has to do with.
    public var related: [Relation]
    /// The rule's licence, an SPDX identifier.
    public var license: String?
    /// The taxonomy of its field names, `sigma` when unset.
    public var taxonomy: String?
    /// Where the rule may be used.
    public var scope: [String]
    /// Keys that the specification does not define, in the order they are written.
    public var attributes: [Attribute.Member]
    /// Where the document starts.
    public var place: Place

    /// The detection in the form that is matched.
    package var program: Program

    /// What stands under a key that the specification does not define.
    public func attribute(_ key: String) -> Attribute? { attributes.first { $0.key == key }?.value }

    /// Whether a filter or a correlation that names `reference` means this rule.
    public func isNamed(_ reference: String) -> Bool { id == reference || name == reference }
}

/// How bad a match is; ordered.
public enum Level: String, Sendable, Hashable, Comparable, CaseIterable {
    case informational, low, medium, high, critical

    /// By how much attention it deserves.
    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}

/// How far a rule is trusted.
public enum Status: String, Sendable, Hashable, CaseIterable {
    case stable, test, experimental, deprecated, unsupported
}

/// Another rule that a rule has to do with.
public struct Relation: Sendable, Hashable {
    /// The other rule's identifier.
    public var id: String
    /// `derived`, `obsolete`, `merged`, `renamed` or `similar`.
    public var type: String

    /// The rule of that identifier, related in that way.
    public init(id: String, type: String) {
        self.id = id
        self.type = type
    }
}

/// Which logs a rule reads: a part that is unset leaves it open.
public struct LogSource: Sendable, Hashable {
    /// A kind of log, such as `process_creation`.
    public var category: String?
    /// What writes the log, such as `kubernetes`.
    public var product: String?
    /// The part of the product, such as `audit`.
    public var service: String?
    /// What has to be switched on for the log to exist; for people.
    public var definition: String?

    /// A log source; parts left out are open.
    public init(category: String? = nil, product: String? = nil, service: String? = nil, definition: String? = nil) {
        self.category = category
        self.product = product
        self.service = service
        self.definition = definition
    }

    /// Whether everything that this source states, `other` states alike: a rule on this source sees logs of `other`.
    public func covers(_ other: LogSource) -> Bool {
        Self.agrees(category, other.category) && Self.agrees(product, other.product)
            && Self.agrees(service, other.service)
    }

    private static func agrees(_ mine: String?, _ theirs: String?) -> Bool {
        guard let mine else { return true }
        return mine.lowercased() == theirs?.lowercased()
    }
}
