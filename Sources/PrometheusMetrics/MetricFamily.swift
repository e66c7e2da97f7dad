internal import Synchronization

/// The metrics of one name, told apart by the values of their labels.
///
/// There are never more than a limit of them: what would be one too many is counted under `other` in every label, so that
/// whoever chooses a value cannot fill the memory of this process, or of Prometheus.
package final class MetricFamily<Member: Metric>: Sendable {
    /// The value of every label of what is one too many.
    package static var overflow: String { "other" }

    private let labels: [LabelName]
    private let limit: Int
    private let make: @Sendable () -> Member
    private let members = Mutex<[[String]: Member]>([:])

    init(labels: [LabelName], limit: Int, make: @escaping @Sendable () -> Member) {
        precondition(limit > 0)
        self.labels = labels
        self.limit = limit
        self.make = make
    }

    /// The metric of some values, one for each label, in the labels' order; made where it is missing.
    ///
    /// It takes a lock: whoever counts in a hurry keeps what this returns.
    package func member(_ values: String...) -> Member {
        precondition(values.count == labels.count)
        return members.withLock { members in
            if let member = members[values] { return member }
            let isFull = members.count >= limit
            let key = isFull ? labels.map { _ in Self.overflow } : values
            if let member = members[key] { return member }
            let member = make()
            members[key] = member
            return member
        }
    }
}

extension MetricFamily: MetricSource {
    var kind: MetricKind { Member.kind }

    var series: [MetricSeries] {
        members.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { values, member in
            MetricSeries(labels: Array(zip(labels, values)), samples: member.samples)
        }
    }
}

/// Something that can be asked for the numbers of one name.
protocol MetricSource: Sendable {
    var kind: MetricKind { get }

    /// In an order that stays.
    var series: [MetricSeries] { get }
}

/// The numbers that have the same labels.
struct MetricSeries {
    var labels: [(name: LabelName, value: String)]
    var samples: [MetricSample]
}
