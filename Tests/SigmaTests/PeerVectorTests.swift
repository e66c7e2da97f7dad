import Sigma
import SigmaTesting
import Testing

/// Rules and events from the test suites of other Sigma engines, and what they expect.
@Suite(.enabled(if: SharedData.isHere, "the peers' vectors are not here"))
struct PeerVectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        var id: String
        var rule: String
        var event: JSON
        var expect: Bool
        var placeholders: [String: [String]]?

        var testDescription: String { id }
    }

    struct ParseVector: Decodable, Sendable, CustomTestStringConvertible {
        var id: String
        var rule: String
        var valid: Bool

        var testDescription: String { id }
    }

    struct Regression: Decodable, Sendable, CustomTestStringConvertible {
        var id: String
        var rule: String
        var events: [JSON]

        var testDescription: String { id }
    }

    /// What this engine does where peers disagree with each other; the reasons are in
    /// Docs/Decisions/0003-sigma-semantics.md.
    enum Stand: String {
        case rejected, matches, doesNotMatch
    }

    static let stands: [String: Stand] = [
        // A rule that would fire on everything, or never, by an "of" without searches is refused.
        "rsigma:vacuous_all_of_zero_matches_is_true#0.0": .rejected,
        "rsigma:vacuous_all_of_zero_matches_is_true#0.1": .rejected,
        "rsigma:vacuous_all_of_zero_matches_is_true#0.2": .rejected,
        "rsigma:vacuous_all_of_zero_matches_is_true#1.0": .rejected,
        "rsigma:vacuous_all_of_multiple_patterns_is_true#0.0": .rejected,
        "rsigma:vacuous_all_of_multiple_patterns_is_true#0.1": .rejected,
        "rsigma:selection_star_does_not_match_bare_selection_name#0.0": .rejected,
        "rsigma:count_of_them_ignores_underscore_prefixed_names#0.0": .rejected,
        "rsigma:count_of_them_ignores_underscore_prefixed_names#0.1": .rejected,
        // `\%` is a plain percent sign, and placeholders come from a table, never from the event.
        "rsigma:test_expand_modifier_yaml#0.0": .doesNotMatch,
        // Only `contains` looks inside of a value.
        "rsigma:base64offset_matches_plain_base64_contains#0.0": .doesNotMatch,
        // A field that is not there counts as null.
        "sigma-rust:test_match_null_fields#0.0": .doesNotMatch,
    ]

    static let vectors = SharedData.read("vectors.json", as: [Vector].self)

    @Test(arguments: vectors)
    func `each rule and event gives what its engine expects, or our documented stand`(_ vector: Vector) throws {
        let wanted = Self.stands[vector.id] ?? (vector.expect ? .matches : .doesNotMatch)
        let documents = RuleReader(placeholders: vector.placeholders ?? [:]).read(vector.rule, file: vector.id)
        guard !documents.hasErrors else {
            #expect(wanted == .rejected, "\(documents.diagnostics)")
            return
        }
        let rules = try RuleSet<FieldMap>(documents.rules, filters: documents.filters)
        var matched: [Int] = []
        rules.makeMatcher().match(vector.event.event) { matched.append($0) }
        #expect(wanted == (matched.isEmpty ? .doesNotMatch : .matches), "\(vector.rule)\(vector.event.event)")
    }

    @Test(arguments: SharedData.read("parse-vectors.json", as: [ParseVector].self))
    func `each rule is taken or refused as its engine does`(_ vector: ParseVector) {
        let documents = RuleReader.read(vector.rule, file: vector.id)
        #expect(documents.hasErrors == !vector.valid, "\(documents.diagnostics)")
    }

    @Test(arguments: SharedData.read("sigmahq-regression.json", as: [Regression].self))
    func `each rule of SigmaHQ matches its recorded event`(_ regression: Regression) throws {
        let documents = RuleReader.read(regression.rule, file: regression.id)
        #expect(!documents.hasErrors, "\(documents.diagnostics)")
        let matcher = try RuleSet<FieldMap>(documents.rules).makeMatcher()
        var count = 0
        for event in regression.events { matcher.match(event.event) { _ in count += 1 } }
        #expect(count > 0)
    }
}
