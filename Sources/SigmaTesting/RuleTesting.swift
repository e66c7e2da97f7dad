public import Sigma

/// What came out when a rule was held against one of its examples.
public struct TestResult: Sendable {
    /// The rule's title.
    public var rule: String
    /// The rule's identifier.
    public var ruleID: String?
    /// The example.
    public var example: RuleExample
    /// Whether the rule matched.
    public var matched: Bool
    /// Why it matched.
    public var reasons: [Reason]

    /// Whether the rule did what the example asks for.
    public var passed: Bool { matched == example.isPositive }
}

extension TestResult: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        let verdict = passed ? "ok" : "FAILED"
        let wanted = example.isPositive ? "should match" : "should not match"
        return "\(verdict): \(rule): \(wanted): \(example.name) (\(example.place))"
    }
}

/// Runs rules against their own examples.
public enum RuleTesting {
    /// Holds each rule against its examples, as field maps.
    ///
    /// - Throws: ``RuleSetError`` when a rule cannot be compiled.
    public static func run(_ rules: [Rule], filters: [Filter] = []) throws(RuleSetError) -> [TestResult] {
        try run(rules, filters: filters) { $0 }
    }

    /// Holds each rule against its examples, each made an event of the kind that the rules are meant for.
    ///
    /// - Throws: ``RuleSetError`` when a rule cannot be compiled.
    public static func run<Event: SigmaEvent>(
        _ rules: [Rule],
        filters: [Filter] = [],
        as event: (FieldMap) -> Event
    ) throws(RuleSetError) -> [TestResult] {
        var results: [TestResult] = []
        for rule in rules {
            let matcher = try RuleSet<Event>([rule], filters: filters).makeMatcher()
            for example in rule.examples.examples {
                let event = event(example.event)
                var matched = false
                matcher.match(event) { _ in matched = true }
                results.append(
                    TestResult(
                        rule: rule.title,
                        ruleID: rule.id,
                        example: example,
                        matched: matched,
                        reasons: matched ? matcher.explain(0, event) : []
                    )
                )
            }
        }
        return results
    }

    /// What is wrong with the examples of the rules: badly written ones, and rules that have none of a kind.
    public static func lint(_ rules: [Rule]) -> [Diagnostic] {
        rules.flatMap { rule in
            var (examples, diagnostics) = rule.examples
            for (isPositive, kind) in [(true, "positive"), (false, "negative")]
            where !examples.contains(where: { $0.isPositive == isPositive }) {
                diagnostics.append(Diagnostic(.warning, "the rule has no \(kind) example", at: rule.place))
            }
            return diagnostics
        }
    }

    /// Whether a rule matches an event; `false` also when it cannot be compiled.
    public static func matches<Event: SigmaEvent>(_ rule: Rule, _ event: Event) -> Bool {
        guard let rules = try? RuleSet<Event>([rule]) else { return false }
        var matched = false
        rules.makeMatcher().match(event) { _ in matched = true }
        return matched
    }
}

/// Whether a rule matches an event; reads well in a test: `#expect(expect(rule, matches: event))`.
public func expect<Event: SigmaEvent>(_ rule: Rule, matches event: Event) -> Bool {
    RuleTesting.matches(rule, event)
}
