import Sigma
import SigmaTesting
import Testing

/// Rules cut down to what a test is about.
enum Searches {
    /// A rule whose detection is this text.
    static func rule(_ detection: String) -> String {
        let lines = detection.split(separator: "\n", omittingEmptySubsequences: false)
        return "title: t\nlogsource: {product: p}\ndetection:\n" + lines.map { "  \($0)\n" }.joined()
    }

    /// What is said of a rule with that detection, as one line each.
    static func complaints(_ detection: String) -> [String] {
        RuleReader.read(rule(detection), file: "r.yml").diagnostics.map(\.description)
    }

    /// Whether a rule with that detection matches the event.
    static func matches(
        detection: String,
        _ event: [String: FieldMap.Value],
        placeholders: [String: [String]] = [:]
    ) throws -> Bool {
        let documents = RuleReader(placeholders: placeholders).read(rule(detection), file: "r.yml")
        try #require(!documents.hasErrors, "\(documents.diagnostics)")
        var isMatch = false
        try RuleSet<FieldMap>(documents.rules, filters: documents.filters).makeMatcher().match(FieldMap(event)) { _ in
            isMatch = true
        }
        return isMatch
    }

    /// Whether a rule with that one search matches the event.
    static func matches(
        _ search: String,
        _ event: [String: FieldMap.Value],
        placeholders: [String: [String]] = [:]
    ) throws -> Bool {
        try matches(detection: "search:\n  \(search)\ncondition: search", event, placeholders: placeholders)
    }
}

/// A search, the value of the field `f`, and whether it matches.
struct SearchCase: Sendable, CustomTestStringConvertible {
    var search: String
    var value: FieldMap.Value
    var isMatch: Bool
    var testDescription: String { "\(search) on \(value): \(isMatch)" }

    init(_ search: String, _ value: FieldMap.Value, _ isMatch: Bool) {
        (self.search, self.value, self.isMatch) = (search, value, isMatch)
    }
}
