/// What is measured: one number, or the several of a histogram.
package protocol Metric: Sendable {
    static var kind: MetricKind { get }

    /// What it holds now.
    var samples: [MetricSample] { get }
}

/// What Prometheus is told of a metric's numbers.
package enum MetricKind: String, Sendable {
    /// It only grows while the process lives.
    case counter
    /// It may go up and down.
    case gauge
    /// How many of what was observed lie below each of some bounds.
    case histogram
}

/// One number of a metric.
package struct MetricSample: Sendable, Equatable {
    /// What stands behind the metric's name, such as `_bucket`.
    var suffix: StaticText = ""
    /// A bucket's bound, for the label `le`.
    var bound: Double?
    var value: MetricValue

    /// Text of the program's own.
    struct StaticText: Sendable, Equatable, ExpressibleByStringLiteral {
        let text: String
        init(stringLiteral text: StaticString) { self.text = "\(text)" }
    }
}

/// A number, exactly as it was counted.
package enum MetricValue: Sendable, Equatable {
    case count(UInt64)
    case number(Double)
}
