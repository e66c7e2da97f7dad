package import LiveIntake
package import PrometheusMetrics
internal import Synchronization

/// How all sources do, for people and for metrics.
package final class HealthBoard: Sendable {
    private struct Entry: Sendable {
        var health: SourceHealth?
        var lost = 0
        var losses = 0
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let messages: @Sendable (String) -> Void

    /// No source yet.
    package init(messages: @escaping @Sendable (String) -> Void) { self.messages = messages }

    /// A source begins, or begins anew; what it lost before stays counted.
    package func begin(_ name: String) { entries.withLock { $0[name, default: Entry()].health = nil } }

    /// A source is no more.
    package func forget(_ name: String) { entries.withLock { $0[name] = nil } }

    /// Takes in how a source does now, and tells people of a change.
    package func set(_ health: SourceHealth, of name: String) {
        let before = entries.withLock { entries in
            var entry = entries[name] ?? Entry()
            let before = entry.health
            if case .lost(_, let records) = health {
                entry.losses += 1
                entry.lost += records ?? 0
            } else {
                entry.health = health
            }
            entries[name] = entry
            return before
        }
        switch (before, health) {
        case (_, .lost(let reason, let records)):
            messages("\(name): \(records.map { "\($0) records were" } ?? "records were") lost: \(reason)")
        case (.waiting(let old, _), .waiting(let new, _)) where old == new: break
        case (_, .waiting(let reason, _)): messages("\(name) waits: \(reason)")
        case (.waiting, .following): messages("\(name) goes on")
        case (nil, .following): messages("\(name) follows")
        case (.following, .following), (.lost, .following): break
        }
    }

    /// Whether every source follows.
    package var isWhole: Bool {
        entries.withLock { entries in
            entries.values.allSatisfy { entry in if case .following = entry.health { true } else { false } }
        }
    }

    /// How each source does now, and how often it lost records so far; by their names.
    package var standing: [(name: String, health: SourceHealth?, losses: Int)] {
        entries.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.health, $0.value.losses) }
    }

    /// Makes all of it part of a registry.
    package func observe(in registry: MetricRegistry) {
        registry.observe(
            "tidewaiter_source_up",
            .gauge,
            "Whether a source follows; 0 while it waits for what it reads.",
            labels: ["source"]
        ) { [self] in
            told { entry in
                switch entry.health {
                case .following: 1
                case .waiting: 0
                case .lost, nil: nil
                }
            }
        }
        registry.observe(
            "tidewaiter_source_lag_seconds",
            .gauge,
            "How old what a source gave last was, where that is known.",
            labels: ["source"]
        ) { [self] in
            told { entry in if case .following(let lag) = entry.health { lag } else { nil } }
        }
        registry.observe(
            "tidewaiter_source_lost_records_total",
            .counter,
            "Records that were gone before they could be read, as far as their number is known.",
            labels: ["source"]
        ) { [self] in told { Double($0.lost) } }
        registry.observe(
            "tidewaiter_source_losses_total",
            .counter,
            "How often records were gone before they could be read.",
            labels: ["source"]
        ) { [self] in told { Double($0.losses) } }
    }

    private func told(_ value: (Entry) -> Double?) -> [(labels: [String], value: Double)] {
        let entries = entries.withLock { $0 }
        return entries.sorted { $0.key < $1.key }.compactMap { name, entry in value(entry).map { ([name], $0) } }
    }
}
