package import Deployments
package import Judge
package import Sigma

extension Reason {
    /// What matched what, in one sentence: `container.image.name = evil (matches *evil*)`.
    package var words: String { words(valueCharacters: 200, patternCharacters: .max) }

    /// The same with at most that many characters of the value, and without a longer pattern: a long expression says
    /// less on a terminal than the room it takes.
    func words(valueCharacters: Int, patternCharacters: Int) -> String {
        guard let field else { return "\(pattern) stands in the record" }
        guard let value else { return "\(field) is absent" }
        let told = Self.isSecretBearing(field) ? Secrets.mask(value) : value
        let short = told.count > valueCharacters ? told.prefix(max(1, valueCharacters - 1)) + "…" : told
        let sentence = "\(field) = \(short)"
        switch pattern {
        // The value says it all.
        case value, "*", "exists": return sentence
        case _ where pattern.count > patternCharacters: return sentence
        default: return "\(sentence) (\(Self.isComparison(pattern) ? "is" : "matches") \(pattern))"
        }
    }

    private static func isComparison(_ pattern: String) -> Bool {
        [">", "<", "="].contains { pattern.hasPrefix($0) }
    }

    /// Whether secrets may stand in the field's values; of fields of raw records nothing is known, so they may.
    private static func isSecretBearing(_ field: String) -> Bool { Field(rawValue: field)?.isSecretBearing ?? true }
}

extension Finding {
    /// The rule's level in words.
    package var level: String { rule.level?.rawValue ?? "medium" }

    /// Levels in order, for sorting and thresholds.
    package var rank: Int { LevelRank.rank(level) }

    /// Where the raw record stands.
    package var place: ContainerDeployment.LogPosition? { subject.log }

    /// Each reason once, in order, in words.
    var reasonWords: [String] { distinctReasons(\.words) }

    func distinctReasons(_ words: (Reason) -> String) -> [String] {
        var seen: Set<String> = []
        return reasons.map(words).filter { seen.insert($0).inserted }
    }
}

/// Sigma's levels in order.
package enum LevelRank {
    /// The level names, lowest first.
    package static let names = ["informational", "low", "medium", "high", "critical"]

    /// A level's place; -1 for a name that is none.
    package static func rank(_ level: String) -> Int { names.firstIndex(of: level) ?? -1 }
}
