package import Deployments
package import Sigma

/// Applies the loaded rules to deployments, one at a time.
///
/// One judge serves one task: it owns the matcher's scratch memory. The rules themselves are compiled once, in
/// ``Bench``, and shared.
package final class Judge {
    /// The rules, compiled: immutable, shared by every judge.
    package struct Bench: Sendable {
        let rules: [Rule]
        let ruleSet: RuleSet<DeploymentEvent>

        /// Compiles the rules of `library` that speak of deployments.
        ///
        /// - Throws: what the Sigma compiler refuses, with file, line and column.
        package init(_ library: RuleLibrary) throws(RuleSetError) {
            rules = library.rules.filter { $0.logsource.isContainerDeployment }
            ruleSet = try RuleSet(rules, filters: library.filters.filter { $0.logsource.isContainerDeployment })
        }
    }

    private let rules: [Rule]
    private let matcher: Matcher<DeploymentEvent>

    /// A judge with scratch memory of its own.
    package init(_ bench: Bench) {
        rules = bench.rules
        matcher = bench.ruleSet.makeMatcher()
    }

    /// Calls `found` with each finding on `deployment`, in the order of the rules.
    package func judge(_ deployment: ContainerDeployment, _ found: (Finding) -> Void) {
        let event = DeploymentEvent(deployment)
        matcher.match(event) { index in
            let rule = rules[index]
            found(
                Finding(
                    id: RecordIdentity.findingID(rule: rule.key, parts: RecordIdentity.parts(of: deployment)),
                    rule: rule,
                    reasons: matcher.explain(index, event),
                    subject: .deployment(deployment)
                )
            )
        }
    }
}

extension LogSource {
    /// Whether rules on this log source speak of ``Deployments/ContainerDeployment`` records.
    package var isContainerDeployment: Bool { category == "container_deployment" }
}

extension Rule {
    /// What names the rule for good: its id, or its title where it has none.
    package var key: String { id ?? title }
}
