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

    static let stands: [String: Stand] = [:]

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
