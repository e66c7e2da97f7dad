/// A group that a correlation was told of, or whose match other correlations were told of, and when.
///
/// With these an engine that is given its events again tells nothing twice: see ``CorrelationEngine/replay(before:told:)``.
public struct CorrelationTold: Sendable, Hashable {
    /// The correlation, by its index in ``CorrelationPlan/correlations``.
    public var correlation: Int
    /// The values of `group-by`, in its order.
    public var group: [String]
    /// When the event was that completed the match, in nanoseconds since 1970.
    public var time: Int64

    /// That group of that correlation, at that time.
    public init(correlation: Int, group: [String], time: Int64) {
        self.correlation = correlation
        self.group = group
        self.time = time
    }
}

/// What is known of a time that is judged again.
struct CorrelationReplay: Sendable {
    struct Moment: Sendable, Hashable {
        var group: [String]
        var time: Int64
    }

    /// Times before this one were judged before.
    var until: Int64
    /// For each correlation, what was told.
    var told: [Set<Moment>]
}

extension CorrelationEngine {
    /// Hands over what was told since it was last asked for, silent correlations included.
    public mutating func takeTold() -> [CorrelationTold] {
        guard let told else { return [] }
        self.told = []
        return told
    }

    /// Says that events of before a time, which are given next, were judged before, and what was told then: nothing of
    /// that is told again, and what goes on is known to be told.
    ///
    /// The events have to reach ``CorrelationPlan/reach`` further back, and so has `told`.
    public mutating func replay(before time: Int64, told: [CorrelationTold]) {
        var moments = [Set<CorrelationReplay.Moment>](repeating: [], count: nodes.count)
        for known in told where moments.indices.contains(known.correlation) {
            moments[known.correlation].insert(.init(group: known.group, time: known.time))
        }
        replay = CorrelationReplay(until: time, told: moments)
    }

    /// Goes on from what was told: a group may have been told of for events that are forgotten.
    mutating func endReplay(_ replay: CorrelationReplay) {
        self.replay = nil
        for (index, moments) in replay.told.enumerated() {
            for moment in moments.sorted(by: { $0.time < $1.time }) { nodes[index].restore(told: moment) }
        }
    }
}

extension CorrelationNodeState {
    /// Keeps in mind when a group was told of.
    mutating func restore(told moment: CorrelationReplay.Moment) {
        guard moment.group.count == node.groupCount else { return }
        restore(moment.group, at: moment.time) { group in group.told = max(group.told ?? .min, moment.time) }
    }
}
