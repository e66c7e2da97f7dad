internal import Judge
internal import Sigma
internal import Synchronization

/// The catalogue that is in force; replaced as a whole.
final class StandingRules: Sendable {
    private let standing: Mutex<RuleCatalogue>

    init(_ library: RuleLibrary) { standing = Mutex(RuleCatalogue(library)) }

    var catalogue: RuleCatalogue { standing.withLock { $0 } }

    func replace(by library: RuleLibrary) {
        let new = RuleCatalogue(library)
        standing.withLock { $0 = new }
    }
}

/// The rules that findings speak of, by what findings call them.
struct RuleCatalogue: Sendable {
    /// What people want to know of a rule before they act on it.
    struct Entry: Sendable {
        /// Its id, or its title where it has none.
        var key: String
        var title: String
        var level: String
        var description: String
        var techniques: [String]
        var falsePositives: [String]
        var references: [String]
        var file: String
        /// The detection part as it is written; empty where that is not known.
        var source: String
        var isCorrelation: Bool
    }

    /// The weightiest first.
    let entries: [Entry]
    private let places: [String: Int]

    init(_ library: RuleLibrary) {
        let rules = library.rules.filter { !$0.isPartOfSequence }.map { rule in
            Self.entry(FindingRule(rule), file: rule.place.file, source: library.source(of: rule), isCorrelation: false)
        }
        let correlations = library.correlations.filter { !$0.isPartOfSequence }.map { correlation in
            Self.entry(FindingRule(correlation), file: correlation.place.file, source: nil, isCorrelation: true)
        }
        entries = (rules + correlations).sorted { left, right in
            let (leftLevel, rightLevel) = (Level(rawValue: left.level), Level(rawValue: right.level))
            guard let leftLevel, let rightLevel, leftLevel != rightLevel else { return left.title < right.title }
            return leftLevel > rightLevel
        }
        places = Dictionary(entries.enumerated().map { ($1.key, $0) }) { first, _ in first }
    }

    subscript(key: String) -> Entry? { places[key].map { entries[$0] } }

    private static func entry(_ rule: FindingRule, file: String, source: String?, isCorrelation: Bool) -> Entry {
        Entry(
            key: rule.key,
            title: rule.title,
            level: (rule.level ?? .medium).rawValue,
            description: rule.description ?? "",
            techniques: rule.techniques,
            falsePositives: rule.falsepositives,
            references: rule.references,
            file: file,
            source: source ?? "",
            isCorrelation: isCorrelation
        )
    }
}
