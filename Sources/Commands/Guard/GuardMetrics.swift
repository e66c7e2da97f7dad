#if Guard
    internal import Foundation
    internal import Judge
    internal import Metrics
    internal import Relay
    internal import Signals

    /// What is measured of a guard's process, whatever it guards, and where it is told.
    struct GuardMetrics: Sendable {
        let registry = MetricRegistry()
        let relay: RelayMetrics
        private let reloads: MetricFamily<Counter>
        private let isLastReloadGood: Gauge
        private let lastReload: Gauge
        private let unrecorded: Counter

        init() {
            registry.observeBuild(version: Tidewaiter.version)
            relay = RelayMetrics(registry)
            reloads = registry.counters(
                "tidewaiter_policy_reloads_total",
                "How often policy and rules were read again, by how it went.",
                labels: ["result"],
                limit: 2
            )
            isLastReloadGood = registry.gauge(
                "tidewaiter_policy_last_reload_successful",
                "Whether what was read last is in force; 0 when it has errors and what was read before still is."
            )
            lastReload = registry.gauge(
                "tidewaiter_policy_last_reload_success_timestamp_seconds",
                "When the policy and the rules in force were read, in seconds since 1970."
            )
            unrecorded = registry.counter(
                "tidewaiter_decision_log_failures_total",
                "Decisions that could not be recorded, which refuses what they would have allowed."
            )
            // Both are there from the start, so that their growth is seen from the first time on.
            for result in ["success", "failure"] { _ = reloads.member(result) }
            isLastReloadGood.set(1)
            lastReload.set(Date.now.timeIntervalSince1970)
            registry.observeProcess()
        }

        /// The page that tells all of it.
        var page: MetricsPage { MetricsPage(registry) }

        // MARK: Policy

        /// What was read again is in force.
        func policyWasReplaced() {
            reloads.member("success").increment()
            isLastReloadGood.set(1)
            lastReload.set(Date.now.timeIntervalSince1970)
        }

        /// What was read again has errors, and what was in force still is.
        func policyStays() {
            reloads.member("failure").increment()
            isLastReloadGood.set(0)
        }

        // MARK: Decisions

        /// A log that counts what cannot be recorded.
        func measured(_ log: DecisionWriter) -> any DecisionLog {
            registry.observe(
                "tidewaiter_decision_log_lost_total",
                .counter,
                "Decisions that nothing waited for and that could not be recorded."
            ) { [([], Double(log.lost))] }
            return MeasuredDecisionLog(log: log, failures: unrecorded)
        }

        // MARK: Listening

        /// Tells until when the certificates that servers show are valid.
        func observeCertificates(of servers: [RelayServer]) {
            registry.observe(
                "tidewaiter_certificate_not_after_timestamp_seconds",
                .gauge,
                "Until when the certificate that new connections are shown is valid, in seconds since 1970.",
                labels: ["listener"]
            ) {
                servers.flatMap(\.certificateExpiries).map { ([$0.address.description], Double($0.notAfter)) }
            }
        }

        /// A server of its own for the page.
        func server(on listener: ListenerConfiguration) -> RelayServer {
            RelayServer(
                configuration: RelayConfiguration(listeners: [listener]),
                gatekeeper: MetricsGatekeeper(page),
                upstream: nil
            )
        }
    }

    /// A log of decisions whose failures are counted.
    private struct MeasuredDecisionLog: DecisionLog {
        let log: DecisionWriter
        let failures: Counter

        func record(_ verdict: Verdict) async throws {
            do {
                try await log.record(verdict)
            } catch {
                failures.increment()
                throw error
            }
        }

        var recordsAtOnce: Bool { log.recordsAtOnce }

        func recordAtOnce(_ verdict: Verdict) -> Result<Void, any Error>? {
            let outcome = log.recordAtOnce(verdict)
            if case .failure = outcome { failures.increment() }
            return outcome
        }

        func post(_ verdict: Verdict) { log.post(verdict) }
    }
#endif
