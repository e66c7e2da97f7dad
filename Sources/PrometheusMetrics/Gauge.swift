internal import Synchronization

/// A number that goes up and down.
package final class Gauge: Metric {
    package static let kind = MetricKind.gauge

    private let current: Atomic<Double>

    package init(_ value: Double = 0) { current = Atomic(value) }

    package func set(_ value: Double) { current.store(value, ordering: .relaxed) }

    package func add(_ amount: Double) { current.add(amount) }

    package var value: Double { current.load(ordering: .relaxed) }

    package var samples: [MetricSample] { [MetricSample(value: .number(value))] }
}

extension Atomic where Value == Double {
    /// Adds without a lock, again where somebody else came in between.
    func add(_ amount: Double) {
        var known = load(ordering: .relaxed)
        while true {
            let (isExchanged, original) = weakCompareExchange(
                expected: known,
                desired: known + amount,
                ordering: .relaxed
            )
            if isExchanged { return }
            known = original
        }
    }
}
