public import Sigma

/// What came out when a correlation was given one of its examples.
public struct CorrelationTestResult: Sendable {
    /// What became of one event.
    public struct Step: Sendable {
        /// The event.
        public var event: CorrelationExample.Event
        /// The titles of the rules that it is a match of.
        public var rules: [String]
        /// The matches of the correlation that it completes.
        public var matches: [CorrelationMatch]
    }

    /// The correlation's title.
    public var correlation: String
    /// The correlation's identifier.
    public var correlationID: String?
    /// The example.
    public var example: CorrelationExample
    /// The events in the order of their times, and what each came to.
    public var steps: [Step]
    /// Why the example means nothing: an event is no match of the rule that it names, or there is no such rule.
    public var diagnostics: [Diagnostic]

    /// How often the correlation matched.
    public var matchCount: Int { steps.reduce(0) { $0 + $1.matches.count } }

    /// Whether the correlation did what the example asks for.
    public var passed: Bool {
        guard diagnostics.isEmpty else { return false }
        return example.isPositive ? example.matches.map { $0 == matchCount } ?? (matchCount > 0) : matchCount == 0
    }
}

extension CorrelationTestResult: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        let verdict = passed ? "ok" : "FAILED"
        let times = example.matches.map { $0 == 1 ? " once" : " \($0) times" } ?? ""
        let wanted = example.isPositive ? "should match\(times)" : "should not match"
        let count = passed || !diagnostics.isEmpty ? "" : ", matched \(matchCount) times"
        let line = "\(verdict): \(correlation): \(wanted)\(count): \(example.name) (\(example.place))"
        return ([line] + diagnostics.map(\.description)).joined(separator: "\n")
    }
}

/// Runs correlations against their own examples.
public enum CorrelationTesting {
    /// Gives each correlation that can be used its examples.
    ///
    /// - Parameters:
    ///   - correlations: those to be tested, which may build on each other.
    ///   - others: correlations that are loaded beside them.
    ///   - rules: the rules that they name.
    ///   - filters: what leaves out matches of rules.
    /// - Throws: ``RuleSetError`` when a rule cannot be compiled.
    public static func run(
        _ correlations: [Correlation],
        beside others: [Correlation] = [],
        rules: [Rule],
        filters: [Filter] = []
    ) throws(RuleSetError) -> [CorrelationTestResult] {
        var results: [CorrelationTestResult] = []
        for correlation in correlations {
            let examples = correlation.examples.examples
            guard !examples.isEmpty else { continue }
            // With those that it builds on alone, so that none above it silences it.
            let (below, used) = parts(of: correlation, correlations + others, rules)
            let plan = CorrelationPlan(below, rules: used)
            guard let index = plan.correlations.firstIndex(where: { $0.place == correlation.place }) else { continue }
            let timeline = try Timeline(plan, index, used, filters)
            for example in examples { results.append(timeline.run(example)) }
        }
        return results
    }

    /// What is wrong with the examples of correlations: badly written ones, and correlations that have none of a kind.
    public static func lint(_ correlations: [Correlation]) -> [Diagnostic] {
        correlations.flatMap { correlation in
            var (examples, diagnostics) = correlation.examples
            for (isPositive, kind) in [(true, "positive"), (false, "negative")]
            where !examples.contains(where: { $0.isPositive == isPositive }) {
                diagnostics.append(
                    Diagnostic(.warning, "the correlation has no \(kind) example", at: correlation.place)
                )
            }
            return diagnostics
        }
    }

    /// The correlation with those that it builds on, and the rules that they name.
    static func parts(
        of correlation: Correlation,
        _ correlations: [Correlation],
        _ rules: [Rule]
    ) -> (correlations: [Correlation], rules: [Rule]) {
        var kept: Set<Place> = [correlation.place]
        var named: Set<Place> = []
        var rest = [correlation]
        while let next = rest.popLast() {
            for reference in next.rules {
                for rule in rules where rule.isNamed(reference.name) { named.insert(rule.place) }
                for other in correlations where other.isNamed(reference.name) && kept.insert(other.place).inserted {
                    rest.append(other)
                }
            }
        }
        return (correlations.filter { kept.contains($0.place) }, rules.filter { named.contains($0.place) })
    }
}

/// One correlation, ready to be given timelines.
private struct Timeline {
    let plan: CorrelationPlan
    /// The correlation's place in the plan.
    let index: Int
    let rules: [Rule]
    let matcher: Matcher<FieldMap>
    let fields: CorrelationFields<FieldMap>

    init(_ plan: CorrelationPlan, _ index: Int, _ rules: [Rule], _ filters: [Filter]) throws(RuleSetError) {
        self.plan = plan
        self.index = index
        self.rules = rules
        matcher = try RuleSet<FieldMap>(rules, filters: filters).makeMatcher()
        fields = CorrelationFields(plan)
    }

    func run(_ example: CorrelationExample) -> CorrelationTestResult {
        var engine = CorrelationEngine(plan, lateness: .seconds(200 * 366 * 86_400))
        var steps: [CorrelationTestResult.Step] = []
        var diagnostics: [Diagnostic] = []
        for event in example.events.sorted(by: { $0.time < $1.time }) {
            let matched = matches(event, &diagnostics)
            for rule in matched {
                let time = Int64(clamping: event.time.components.seconds) * 1_000_000_000
                engine.receive(
                    CorrelationEvent(
                        rule: rule,
                        id: Int64(steps.count),
                        time: time,
                        values: fields.values(of: event.event, for: rule)
                    )
                ) { _ in }
            }
            steps.append(.init(event: event, rules: matched.map { rules[$0].title }, matches: []))
        }
        engine.finish { match in
            guard match.correlation == index, let last = match.events.last else { return }
            steps[Int(last)].matches.append(match)
        }
        return CorrelationTestResult(
            correlation: plan.correlations[index].title,
            correlationID: plan.correlations[index].id,
            example: example,
            steps: steps,
            diagnostics: diagnostics
        )
    }

    private func matches(_ event: CorrelationExample.Event, _ diagnostics: inout [Diagnostic]) -> [Int] {
        guard let name = event.rule else {
            var matched: [Int] = []
            matcher.match(event.event) { matched.append($0) }
            return matched
        }
        if let rule = rules.firstIndex(where: { $0.isNamed(name) }) { return [rule] }
        if !diagnostics.contains(where: { $0.place == event.place }) {
            diagnostics.append(
                Diagnostic(
                    .error,
                    "the correlation does not stand on a rule '\(name)'",
                    at: event.place,
                    hint: "it stands on " + rules.prefix(8).map { $0.name ?? $0.id ?? $0.title }.joined(separator: ", ")
                )
            )
        }
        return []
    }
}
