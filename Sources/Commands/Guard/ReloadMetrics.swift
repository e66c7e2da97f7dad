#if Guard
    internal import Foundation
    internal import PrometheusMetrics

    /// How reading what a service goes by again went: policy, configuration and rules.
    struct ReloadMetrics: Sendable {
        private let reloads: MetricFamily<Counter>
        private let isLastGood: Gauge
        private let last: Gauge

        /// What is in force at the start was read well.
        init(_ registry: MetricRegistry) {
            reloads = registry.counters(
                "tidewaiter_policy_reloads_total",
                "How often policy or configuration and rules were read again, by how it went.",
                labels: ["result"],
                limit: 2
            )
            isLastGood = registry.gauge(
                "tidewaiter_policy_last_reload_successful",
                "Whether what was read last is in force; 0 when it has errors and what was read before still is."
            )
            last = registry.gauge(
                "tidewaiter_policy_last_reload_success_timestamp_seconds",
                "When the policy or configuration and the rules in force were read, in seconds since 1970."
            )
            // Both are there from the start, so that their growth is seen from the first time on.
            for result in ["success", "failure"] { _ = reloads.member(result) }
            isLastGood.set(1)
            last.set(Date.now.timeIntervalSince1970)
        }

        /// What was read again is in force.
        func wasReplaced() {
            reloads.member("success").increment()
            isLastGood.set(1)
            last.set(Date.now.timeIntervalSince1970)
        }

        /// What was read again has errors, and what was in force still is.
        func stays() {
            reloads.member("failure").increment()
            isLastGood.set(0)
        }
    }
#endif
