import Sigma

/// Correlations evaluated the slow way: for each time at which a group has an event, all of its events are gone through.
struct CorrelationOracle {
    struct Event: Sendable {
        var id: Int64
        var member: Int
        var time: Int64
        /// Nil: the event has no such field.
        var group: String?
        var value: Double?
    }

    struct Holding: Hashable {
        var time: Int64
        var group: String
        var figure: Double
        var isRepeat: Bool
        /// The events in the window, of those that count.
        var ids: Set<Int64>
    }

    var kind: Correlation.Kind
    var span: Int64
    var bounds: [Correlation.Bound]
    var members: Int
    var percentile: Double?

    /// Every time at which the condition holds, with repeats.
    func holdings(_ events: [Event]) -> [Holding] {
        let taken = events.filter { $0.group != nil && (!kind.readsField || $0.value != nil) }
        var told: [String: Int64] = [:]
        var holdings: [Holding] = []
        for time in Set(taken.map(\.time)).sorted() {
            for group in Set(taken.filter { $0.time == time }.compactMap(\.group)).sorted() {
                let window = taken.filter { $0.group == group && $0.time <= time && $0.time >= time - span }
                let now = window.filter { $0.time == time }
                for (figure, ids) in figures(window, now) where holds(figure) {
                    let isRepeat = told[group].map { $0 >= time - span } ?? false
                    if !isRepeat { told[group] = time }
                    holdings.append(.init(time: time, group: group, figure: figure, isRepeat: isRepeat, ids: ids))
                    break
                }
            }
        }
        return holdings
    }

    private func holds(_ figure: Double) -> Bool {
        bounds.isEmpty ? figure >= Double(members) : bounds.allSatisfy { $0.holds(figure) }
    }

    private func figures(_ window: [Event], _ now: [Event]) -> [(Double, Set<Int64>)] {
        let all = Set(window.map(\.id))
        let values = window.compactMap(\.value)
        switch kind {
        case .eventCount: return [(Double(window.count), all)]
        case .valueCount: return [(Double(Set(values).count), all)]
        case .valueSum: return [(values.reduce(0, +), all)]
        case .valueAverage: return [(values.reduce(0, +) / Double(values.count), all)]
        case .valueMedian:
            let sorted = values.sorted()
            return [((sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2, all)]
        case .valuePercentile:
            let shares = now.map { event in
                let same = window.filter { $0.value == event.value }
                let share = 100 * Double(same.count) / Double(window.count)
                return (share, "\(Int(event.value ?? 0))", Set(same.map(\.id)))
            }
            return shares.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { ($0.0, $0.2) }
        case .temporal: return [(Double(Set(window.map(\.member)).count), all)]
        case .temporalOrdered: return [(Double(longest(window)), all)]
        }
    }

    /// The longest way through events of rising rules and times that never go back.
    private func longest(_ window: [Event]) -> Int {
        let sorted = window.sorted { ($0.time, $0.member) < ($1.time, $1.member) }
        var lengths: [Int] = []
        for (index, event) in sorted.enumerated() {
            let before = sorted[..<index].indices.filter { sorted[$0].member < event.member }.map { lengths[$0] }
            lengths.append(1 + (before.max() ?? 0))
        }
        return lengths.max() ?? 0
    }
}
