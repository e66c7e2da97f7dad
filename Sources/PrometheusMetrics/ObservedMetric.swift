/// Numbers that are looked up when they are asked for, such as how much memory the process has.
struct ObservedMetric: MetricSource {
    let kind: MetricKind
    let labels: [LabelName]
    let read: @Sendable () -> [(labels: [String], value: Double)]

    var series: [MetricSeries] {
        read().map { values, value in
            MetricSeries(labels: Array(zip(labels, values)), samples: [MetricSample(value: .number(value))])
        }
    }
}
