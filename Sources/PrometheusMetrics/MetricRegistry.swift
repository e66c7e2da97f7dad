internal import Synchronization

/// The metrics of a process, in the order in which they were made.
package final class MetricRegistry: Sendable {
    private struct Entry: Sendable {
        let name: MetricName
        let help: String
        let source: any MetricSource
    }

    private let entries = Mutex<[Entry]>([])

    package init() {}

    private func add(_ name: MetricName, _ help: String, _ source: any MetricSource) {
        entries.withLock { entries in
            precondition(!entries.contains { $0.name == name }, "'\(name.text)' is measured twice")
            entries.append(Entry(name: name, help: help, source: source))
        }
    }

    // MARK: Making

    /// - Parameter help: what it means, for people.
    package func counter(_ name: MetricName, _ help: String) -> Counter {
        counters(name, help, labels: [], limit: 1).member()
    }

    package func gauge(_ name: MetricName, _ help: String) -> Gauge {
        let family = MetricFamily(labels: [], limit: 1) { Gauge() }
        add(name, help, family)
        return family.member()
    }

    package func histogram(_ name: MetricName, _ help: String, bounds: [Double]) -> Histogram {
        let family = MetricFamily(labels: [], limit: 1) { Histogram(bounds: bounds) }
        add(name, help, family)
        return family.member()
    }

    /// Counters told apart by labels.
    ///
    /// - Parameter limit: how many different values of the labels there may be, `other` left out.
    package func counters(
        _ name: MetricName,
        _ help: String,
        labels: [LabelName],
        limit: Int
    ) -> MetricFamily<Counter> {
        let family = MetricFamily(labels: labels, limit: limit) { Counter() }
        add(name, help, family)
        return family
    }

    /// A metric that is looked up each time that somebody asks.
    ///
    /// - Parameter read: the values of the labels with the number; none where it is not known.
    package func observe(
        _ name: MetricName,
        _ kind: MetricKind,
        _ help: String,
        labels: [LabelName] = [],
        read: @escaping @Sendable () -> [(labels: [String], value: Double)]
    ) {
        add(name, help, ObservedMetric(kind: kind, labels: labels, read: read))
    }

    // MARK: Telling

    /// Everything, as Prometheus reads it.
    package var text: [UInt8] {
        var exposition = TextExposition()
        for entry in entries.withLock({ $0 }) {
            exposition.add(entry.name, entry.help, entry.source.kind, entry.source.series)
        }
        return exposition.bytes
    }
}
