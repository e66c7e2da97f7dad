/// What an engine keeps in mind, to be stored and taken up again.
///
/// Made by ``CorrelationEngine/state``; encode it with any coder. What belongs to a correlation or a rule that has
/// changed meanwhile is not taken up, and counted as ``CorrelationCounts/forgotten``.
public struct CorrelationState: Sendable, Hashable, Codable {
    struct Group: Sendable, Hashable, Codable {
        var key: [String]
        var newest: Int64
        var told: Int64?
        var window: [EventWindow.Entry]
        var latest: [EventWindow.Entry?]
        var steps: OrderedSteps
    }

    struct Node: Sendable, Hashable, Codable {
        var fingerprint: String
        /// The group that was quiet longest first.
        var groups: [Group]
        var counts: CorrelationCounts
    }

    struct Waiting: Sendable, Hashable, Codable {
        /// What names the rule for good, and the fields that it was asked for.
        var rule: String
        var id: Int64
        var time: Int64
        var values: [[String]]
    }

    var horizon: Int64
    var counts: CorrelationCounts
    var nodes: [Node]
    var waiting: [Waiting]
}

extension CorrelationEngine {
    /// What the engine keeps in mind.
    public var state: CorrelationState {
        let nodes = nodes.map { node in
            var groups: [CorrelationState.Group] = []
            node.groups.forEach { group in
                groups.append(
                    .init(
                        key: group.key,
                        newest: group.newest,
                        told: group.told,
                        window: Array(group.window.entries),
                        latest: group.latest,
                        steps: group.steps
                    )
                )
            }
            return CorrelationState.Node(fingerprint: node.node.fingerprint, groups: groups, counts: node.counts)
        }
        let waiting = waiting.sorted.map { event in
            CorrelationState.Waiting(
                rule: plan.ruleFingerprints[event.rule],
                id: event.id,
                time: event.time,
                values: event.values
            )
        }
        return CorrelationState(horizon: horizon, counts: ownCounts, nodes: nodes, waiting: waiting)
    }

    /// An engine that goes on where another one was.
    public init(_ plan: CorrelationPlan, lateness: Duration = .zero, continuing state: CorrelationState) {
        self.init(plan, lateness: lateness)
        horizon = state.horizon
        ownCounts = state.counts
        let places = Dictionary(plan.nodes.enumerated().map { ($1.fingerprint, $0) }) { first, _ in first }
        for node in state.nodes {
            guard let place = places[node.fingerprint] else {
                ownCounts.forgotten += node.groups.count
                continue
            }
            nodes[place].restore(node.counts)
            let limits = plan.limits
            for group in node.groups { nodes[place].restore(group, limits) }
        }
        let rules = Dictionary(plan.ruleFingerprints.enumerated().map { ($1, $0) }) { first, _ in first }
        for event in state.waiting {
            guard let rule = rules[event.rule], event.values.count == plan.fields[rule].count else {
                ownCounts.forgotten += 1
                continue
            }
            waiting.insert(CorrelationEvent(rule: rule, id: event.id, time: event.time, values: event.values))
        }
    }
}

extension CorrelationNodeState {
    /// Takes up a group that was kept, as far as it is one of this correlation.
    fileprivate mutating func restore(_ kept: CorrelationState.Group, _ limits: CorrelationLimits) {
        let made = CorrelationGroup(key: kept.key, for: node)
        // State comes from outside: what has another shape would be read out of bounds later.
        guard kept.key.count == node.groupCount, kept.latest.count == made.latest.count,
            kept.steps.ways.count == made.steps.ways.count
        else {
            forget()
            return
        }
        restore(kept.key, at: kept.newest) { group in
            group.told = kept.told
            group.latest = kept.latest
            group.steps = kept.steps
            for entry in kept.window.suffix(limits.eventsPerGroup) { group.window.append(entry) }
        }
    }
}
