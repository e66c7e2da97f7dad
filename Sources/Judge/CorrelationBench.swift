package import Sigma

/// Which correlations look at the rules of a bench, and what they ask of their matches.
package struct CorrelationBench: Sendable {
    /// The correlations, with the library's rules by their places in it.
    package let plan: CorrelationPlan
    /// What findings tell of them, in the plan's order.
    let told: [FindingRule]
    /// Rules that raise no finding of their own: silenced by a correlation, or not asked for.
    let silentRules: Set<Int>
    /// Correlations that were not asked for.
    let silentCorrelations: Set<Int>
    /// What names the rules for good, and what they are called, in the library's order.
    let ruleKeys: [String]
    let ruleTitles: [String]
    private let correlations: [String: Int]
    /// Rules of built-in sequences, of which many events are known to lack what is asked for.
    let builtInParts: Set<Int>
    /// Correlations that are not compiled in.
    let own: [Int]
    let deploymentFields: CorrelationFields<DeploymentEvent>
    let rawFields: CorrelationFields<RawEvent>

    /// Nil when the library has no correlation that can be used.
    init?(_ library: RuleLibrary) {
        let plan = library.correlationPlan
        guard !plan.correlations.isEmpty else { return nil }
        self.plan = plan
        told = plan.correlations.map { FindingRule($0) }
        let mutedRules = library.rules.indices.filter { library.muted.contains(library.rules[$0].place) }
        silentRules = plan.silentRules.union(mutedRules)
        let mutedCorrelations = plan.correlations.indices.filter {
            library.muted.contains(plan.correlations[$0].place)
        }
        silentCorrelations = Set(mutedCorrelations)
        builtInParts = Set(library.rules.indices.filter { library.rules[$0].isPartOfSequence })
        own = plan.correlations.indices.filter { !library.builtInCorrelations.contains(plan.correlations[$0].place) }
        ruleKeys = library.rules.map(\.key)
        ruleTitles = library.rules.map(\.title)
        correlations = Dictionary(plan.correlations.indices.map { (plan.fingerprint(of: $0), $0) }) { first, _ in first
        }
        deploymentFields = CorrelationFields(plan)
        rawFields = CorrelationFields(plan)
    }

    /// The correlation that has that fingerprint.
    func correlation(_ fingerprint: String) -> Int? { correlations[fingerprint] }

    /// What correlations are told of a match on a deployment; nil when none looks at the rule.
    func match(_ rule: Int, _ event: DeploymentEvent) -> CorrelatedMatch? {
        guard plan.isCorrelated[rule] else { return nil }
        return CorrelatedMatch(rule: rule, values: deploymentFields.values(of: event, for: rule))
    }

    /// The same for a match on a raw record.
    func match(_ rule: Int, _ event: RawEvent) -> CorrelatedMatch? {
        guard plan.isCorrelated[rule] else { return nil }
        return CorrelatedMatch(rule: rule, values: rawFields.values(of: event, for: rule))
    }
}

/// What correlations are told of a match.
package struct CorrelatedMatch: Sendable, Equatable {
    /// The rule's place in the library.
    var rule: Int
    /// The values of the fields that correlations ask for.
    var values: [[String]]
}
