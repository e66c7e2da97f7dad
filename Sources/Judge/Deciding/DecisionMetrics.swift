package import PrometheusMetrics
internal import Sigma

/// What is measured of decisions, whatever the guard.
package struct DecisionMetrics: Sendable {
    /// More rules than anybody has.
    private static let ruleLimit = 1_000
    /// More parts than a profile has.
    private static let partLimit = 64
    private static let statusLimit = 16

    private let findings: MetricFamily<Counter>
    private let violations: MetricFamily<Counter>
    private let durations: Histogram
    private let unserved: MetricFamily<Counter>

    package init(_ registry: MetricRegistry) {
        durations = registry.histogram(
            "tidewaiter_decision_duration_seconds",
            "How long a decision took from the whole request to the answer, its record included.",
            bounds: Histogram.seconds
        )
        findings = registry.counters(
            "tidewaiter_findings_total",
            "What rules found in judged requests, at any level, by the rule's id or title.",
            labels: ["rule", "level"],
            limit: Self.ruleLimit
        )
        violations = registry.counters(
            "tidewaiter_violations_total",
            "What the policy held against judged requests, by the part of it.",
            labels: ["part"],
            limit: Self.partLimit
        )
        unserved = registry.counters(
            "tidewaiter_unserved_requests_total",
            "Requests that were answered with an error before anything was decided, by HTTP status.",
            labels: ["code"],
            limit: Self.statusLimit
        )
    }

    /// Counts what was found, each finding and each violation by itself.
    package func count(_ findings: [Finding], _ violations: [Violation]) {
        for finding in findings {
            self.findings.member(finding.rule.key, (finding.rule.level ?? .medium).rawValue).increment()
        }
        for violation in violations { self.violations.member(violation.part).increment() }
    }

    /// Counts how long a decision took.
    package func count(nanoseconds: Int64) { durations.observe(nanoseconds: nanoseconds) }

    /// Counts an answer of which no decision stands: a path that is not there, a body too long, a server behind that
    /// does not answer.
    package func countUnserved(status: Int) { unserved.member("\(status)").increment() }
}
