internal import Deployments
internal import Ledger
internal import LiveIntake
package import PrometheusMetrics
internal import Judge
internal import Sigma

/// What is measured of watching.
package final class WatchMetrics: Sendable {
    private let records: MetricFamily<Counter>
    private let bytes: MetricFamily<Counter>
    private let problems: MetricFamily<Counter>
    private let deployments: Counter
    private let findings: MetricFamily<Counter>
    private let ledgerFailures: Counter
    private let ledgerWritable: Gauge
    private let correlationsLate: Gauge
    private let correlationsEvicted: Gauge

    /// More sources than anybody has, in all the configurations that are read while it runs.
    private static let limit = 4_096

    package init(_ registry: MetricRegistry) {
        records = registry.counters(
            "tidewaiter_source_records_total",
            "Records that a source gave.",
            labels: ["source"],
            limit: Self.limit
        )
        bytes = registry.counters(
            "tidewaiter_source_bytes_total",
            "Bytes of these records.",
            labels: ["source"],
            limit: Self.limit
        )
        problems = registry.counters(
            "tidewaiter_source_unreadable_records_total",
            "Records that could not be read, or not wholly.",
            labels: ["source"],
            limit: Self.limit
        )
        deployments = registry.counter(
            "tidewaiter_deployments_total",
            "Records that speak of a deployment, several of one counted each."
        )
        findings = registry.counters(
            "tidewaiter_findings_total",
            "New findings, by their level.",
            labels: ["level"],
            limit: 5
        )
        ledgerFailures = registry.counter(
            "tidewaiter_ledger_failures_total",
            "Transactions that could not be written at once; nothing is taken in until they are."
        )
        ledgerWritable = registry.gauge(
            "tidewaiter_ledger_writable",
            "Whether the ledger can be written to; while it is 0, nothing is taken in."
        )
        ledgerWritable.set(1)
        correlationsLate = registry.gauge(
            "tidewaiter_correlation_late_events",
            "Events that correlations left out since they came too late, since the start."
        )
        correlationsEvicted = registry.gauge(
            "tidewaiter_correlation_evicted_events",
            "Events that correlations forgot early for want of room, since the start."
        )
    }

    func took(_ batch: LiveBatch, from source: String) {
        records.member(source).increment(by: UInt64(batch.records.count))
        bytes.member(source).increment(by: UInt64(batch.records.reduce(0) { $0 + $1.bytes.count }))
    }

    func problem(in source: String) { problems.member(source).increment() }

    func remembered(_ batch: LedgerBatch, _ newFindings: Set<String>) {
        deployments.increment(by: UInt64(batch.deployments.count))
        for finding in batch.findings where newFindings.contains(finding.id) {
            findings.member(finding.level).increment()
        }
    }

    /// Whether a transaction could be written.
    func ledger(isWritable: Bool) {
        ledgerWritable.set(isWritable ? 1 : 0)
        if !isWritable { ledgerFailures.increment() }
    }

    func tell(_ counts: LiveCorrelator.Counts) {
        correlationsLate.set(Double(counts.late))
        correlationsEvicted.set(Double(counts.engine.evictedEvents + counts.engine.evictedGroups))
    }
}
