internal import Synchronization

/// How values are distributed: how many lie at or below each of fixed bounds, and their sum.
package final class Histogram: Metric {
    package static let kind = MetricKind.histogram

    private let bounds: [Double]
    /// How many values lie at or below each bound and above the one before; the last, above all of them.
    private let buckets: [Counter]
    private let sum = Atomic<Double>(0)

    /// - Parameter bounds: finite and ascending; one above all others is understood.
    package init(bounds: [Double]) {
        precondition(bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Counter() }
    }

    /// Bounds in seconds for what takes between a tenth of a millisecond and the longest that an API server waits.
    package static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// Counts a value; one that is no number is none.
    package func observe(_ value: Double) {
        guard !value.isNaN else { return }
        // The first bounds hold nearly everything: no search is quicker.
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        buckets[index].increment()
        sum.add(value)
    }

    /// Counts a span of time, in seconds.
    package func observe(nanoseconds: Int64) { observe(Double(nanoseconds) / 1e9) }

    /// Buckets are told summed up, and the count is the last of them, so that both agree whenever they are read.
    package var samples: [MetricSample] {
        var samples: [MetricSample] = []
        var total: UInt64 = 0
        for (bound, bucket) in zip(bounds + [.infinity], buckets) {
            total += bucket.count
            samples.append(MetricSample(suffix: "_bucket", bound: bound, value: .count(total)))
        }
        samples.append(MetricSample(suffix: "_sum", value: .number(sum.load(ordering: .relaxed))))
        samples.append(MetricSample(suffix: "_count", value: .count(total)))
        return samples
    }
}
