#if Guard
    internal import Foundation
    internal import Judge
    internal import PrometheusMetrics
    internal import Relay
    internal import Signals

    /// What is measured of a guard's process, whatever it guards, and where it is told.
    struct GuardMetrics: Sendable {
        let registry = MetricRegistry()
        let relay: RelayMetrics
        /// How reading policy and rules again went.
        let reloads: ReloadMetrics
        private let unrecorded: Counter

        init() {
            registry.observeBuild(version: Tidewaiter.version)
            relay = RelayMetrics(registry)
            reloads = ReloadMetrics(registry)
            unrecorded = registry.counter(
                "tidewaiter_decision_log_failures_total",
                "Decisions that could not be recorded, which refuses what they would have allowed."
            )
            registry.observeProcess()
        }

        /// The page that tells all of it.
        var page: MetricsPage { MetricsPage(registry) }

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
