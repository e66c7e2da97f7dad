internal import Synchronization

/// How often something happened: it only grows.
///
/// No lock is taken, and nothing is ordered by it: a reader may see one counter a moment before another.
package final class Counter: Metric {
    package static let kind = MetricKind.counter

    private let total = Atomic<UInt64>(0)

    package init() {}

    package func increment(by amount: UInt64 = 1) { total.wrappingAdd(amount, ordering: .relaxed) }

    /// How often so far.
    package var count: UInt64 { total.load(ordering: .relaxed) }

    package var samples: [MetricSample] { [MetricSample(value: .count(count))] }
}
