package import PrometheusMetrics

/// What is measured of a relay's connections and of its upstream.
package struct RelayMetrics: Sendable {
    /// How far an exchange with the upstream had come when it failed.
    enum Stage: String, Sendable, CaseIterable {
        /// There was no connection.
        case connect
        /// The connection ended before the answer.
        case answer
        /// It ended within the answer.
        case body
    }

    let openConnections: Gauge
    let connections: Counter
    let refusedConnections: Counter
    let evictedConnections: Counter
    private let failures: MetricFamily<Counter>

    package init(_ registry: MetricRegistry) {
        openConnections = registry.gauge("tidewaiter_connections_open", "Client connections that are open.")
        connections = registry.counter("tidewaiter_connections_total", "Client connections that were accepted.")
        refusedConnections = registry.counter(
            "tidewaiter_connections_refused_total",
            "Client connections that were closed at once, since there were too many or the process was ending."
        )
        evictedConnections = registry.counter(
            "tidewaiter_connections_evicted_total",
            "Client connections that asked for nothing, and were ended to make room for others."
        )
        failures = registry.counters(
            "tidewaiter_upstream_failures_total",
            "Exchanges with the server behind that failed, by how far they had come.",
            labels: ["stage"],
            limit: Stage.allCases.count
        )
    }

    /// Tells of an upstream from the start, so that its first failure is seen as one.
    func tellUpstream() { for stage in Stage.allCases { _ = failures.member(stage.rawValue) } }

    func countFailure(_ stage: Stage) { failures.member(stage.rawValue).increment() }
}
