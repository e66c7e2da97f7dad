package import PrometheusMetrics
internal import Synchronization

/// What is measured of every output.
package final class DeliveryMetrics: Sendable {
    private let delivered: MetricFamily<Counter>
    private let filtered: MetricFamily<Counter>
    private let grouped: MetricFamily<Counter>
    private let retried: MetricFamily<Counter>
    private let dropped: MetricFamily<Counter>
    private let deadLettered: MetricFamily<Counter>
    private let states = States()

    /// How outputs do now: held by whoever reads it, too, for as long as the registry is there.
    private final class States: Sendable {
        struct State {
            var newest: Int64 = 0
            var told: Int64 = 0
            var isFailing = false
        }

        private let byOutput = Mutex<[String: State]>([:])

        func change(_ output: String, _ body: (inout State) -> Void) {
            byOutput.withLock { body(&$0[output, default: State()]) }
        }

        func forget(_ output: String) { byOutput.withLock { $0[output] = nil } }

        func read(_ value: (State) -> Double) -> [(labels: [String], value: Double)] {
            byOutput.withLock { states in states.sorted { $0.key < $1.key }.map { ([$0.key], value($0.value)) } }
        }
    }

    /// More outputs than anybody has.
    private static let limit = 256

    package init(_ registry: MetricRegistry) {
        func counters(_ name: MetricName, _ help: String) -> MetricFamily<Counter> {
            registry.counters(name, help, labels: ["output"], limit: Self.limit)
        }
        delivered = counters("tidewaiter_output_alerts_delivered_total", "Alerts that an output has told.")
        filtered = counters("tidewaiter_output_alerts_filtered_total", "Alerts that an output is not to tell.")
        grouped = counters("tidewaiter_output_alerts_grouped_total", "Alerts held back, to be told together.")
        retried = counters("tidewaiter_output_retries_total", "Tries again after a failure that may pass.")
        dropped = counters(
            "tidewaiter_output_alerts_dropped_total",
            "Alerts below high passed over by an output too far behind."
        )
        deadLettered = counters(
            "tidewaiter_output_alerts_dead_lettered_total",
            "Alerts that a receiver refused for good."
        )
        registry.observe(
            "tidewaiter_output_lag_alerts",
            .gauge,
            "How many alerts an output is behind the newest.",
            labels: ["output"]
        ) { [states] in states.read { Double(max(0, $0.newest - $0.told)) } }
        registry.observe(
            "tidewaiter_output_failing",
            .gauge,
            "Whether an output's last try failed.",
            labels: ["output"]
        ) { [states] in states.read { $0.isFailing ? 1 : 0 } }
    }

    /// The counters of one output.
    struct Counters: Sendable {
        let delivered, filtered, grouped, retried, dropped, deadLettered: Counter
    }

    func counters(of output: String) -> Counters {
        Counters(
            delivered: delivered.member(output),
            filtered: filtered.member(output),
            grouped: grouped.member(output),
            retried: retried.member(output),
            dropped: dropped.member(output),
            deadLettered: deadLettered.member(output)
        )
    }

    /// An output is no more, or begins anew; what it told stays counted.
    package func forget(_ output: String) { states.forget(output) }

    func set(newest: Int64, told: Int64? = nil, of output: String) {
        states.change(output) { state in
            state.newest = newest
            if let told { state.told = told }
        }
    }

    func set(isFailing: Bool, of output: String) { states.change(output) { $0.isFailing = isFailing } }
}
