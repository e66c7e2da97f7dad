/// One correlation at work: what it was told at the present moment, and what it keeps of the time before.
struct CorrelationNodeState {
    /// What a rule tells of a match, or a correlation below.
    struct Input {
        var member: Int
        /// The values of what the member was asked for.
        var record: [[String]]
        var events: EventList
    }

    /// The condition holds for a group.
    struct Outcome {
        var key: [String]
        var figure: Double
        /// The events behind it; for a repeat those of the present moment alone.
        var named: NamedEvents
        /// What correlations above ask for.
        var record: [[String]]
        /// The group matched within the timespan before.
        var isRepeat: Bool
    }

    /// What the present moment brought a group.
    struct Arrival {
        var columns: [[String]]
        var events: EventList
        var values: [EventWindow.Value] = []
    }

    let node: CorrelationPlan.Node
    private(set) var groups = CorrelationGroups()
    private(set) var counts = CorrelationCounts()
    var inbox: [Input] = []

    init(_ node: CorrelationPlan.Node) { self.node = node }

    /// Takes up a group that was kept.
    mutating func restore(_ key: [String], at time: Int64, _ fill: (inout CorrelationGroup) -> Void) {
        let handle = groups.heard(of: key, at: time) { CorrelationGroup(key: key, for: node) }
        _ = groups.update(handle, fill)
    }

    mutating func restore(_ counts: CorrelationCounts) { self.counts = counts }

    /// Counts a kept group that is none of this correlation's.
    mutating func forget() { counts.forgotten += 1 }

    /// Puts out of mind the groups that can match no more.
    ///
    /// - Parameter time: no event of before it is still to come.
    mutating func expire(at time: Int64) {
        let earliest = time.minus(node.span)
        while let quiet = groups.quietSince, quiet < earliest { groups.removeOldest() }
    }

    /// Judges all that came in of one time; times never go back.
    ///
    /// - Parameter replayed: which groups were told of at which times, where this time was judged before.
    mutating func judge(
        at time: Int64,
        _ limits: CorrelationLimits,
        _ replayed: Set<CorrelationReplay.Moment>? = nil,
        _ found: (Outcome) -> Void
    ) {
        expire(at: time)
        let node = node
        if node.kind == .temporalOrdered { inbox.sort { $0.member < $1.member } }
        var touched: [CorrelationGroups.Handle] = []
        var arrivals: [CorrelationGroups.Handle: Arrival] = [:]
        for input in inbox {
            let columns = node.sources[input.member].map { input.record[$0] }
            guard let (keys, values) = read(columns) else { continue }
            for key in keys {
                let handle = groups.heard(of: key, at: time) { CorrelationGroup(key: key, for: node) }
                insert(input, values, at: time, handle, limits)
                if arrivals[handle] == nil { touched.append(handle) }
                arrivals[handle, default: Arrival(columns: columns, events: input.events)].values += values
                arrivals[handle]?.columns = columns
                arrivals[handle]?.events = input.events
            }
        }
        inbox.removeAll(keepingCapacity: true)
        for handle in touched {
            guard let arrival = arrivals[handle] else { continue }
            let outcome = groups.update(handle) { node.judge(&$0, arrival, at: time, limits, replayed) }
            guard case let outcome?? = outcome else { continue }
            if outcome.isRepeat { counts.repeats += 1 }
            found(outcome)
        }
    }

    /// The groups and values of an input; nil when it has none.
    private mutating func read(_ columns: [[String]]) -> (keys: [[String]], values: [EventWindow.Value])? {
        let grouping = columns[..<node.groupCount].map { $0.count > 1 ? $0.distinct : $0 }
        let (keys, isCut) = Combinations.of(grouping)
        guard !keys.isEmpty else {
            counts.ungrouped += 1
            return nil
        }
        guard node.valueCount > 0 else {
            if isCut { counts.cut += 1 }
            return (keys, [.none])
        }
        let (texts, isCutToo) = Combinations.of(Array(columns[node.groupCount...].prefix(node.valueCount)))
        let isText = node.kind == .valueCount || (node.kind == .valuePercentile && node.percentile == nil)
        let values: [EventWindow.Value] =
            isText ? texts.map { .texts($0) } : texts.compactMap { NumberText.number($0[0]).map { .number($0) } }
        guard !values.isEmpty else {
            counts.valueless += 1
            return nil
        }
        if isCut || isCutToo { counts.cut += 1 }
        return (keys, values)
    }

    private mutating func insert(
        _ input: Input,
        _ values: [EventWindow.Value],
        at time: Int64,
        _ handle: CorrelationGroups.Handle,
        _ limits: CorrelationLimits
    ) {
        let (kind, earliest) = (node.kind, time.minus(node.span))
        let evicted = groups.update(handle) { group in
            var evicted = 0
            switch kind {
            case .temporal:
                group.latest[input.member] = .init(time: time, events: input.events, value: .none)
            case .temporalOrdered:
                group.steps.append(input.member, at: time, input.events, since: earliest)
            default:
                group.window.expire(before: earliest)
                for value in values {
                    if group.window.count >= limits.eventsPerGroup {
                        group.window.removeFirst()
                        evicted += 1
                    }
                    group.window.append(.init(time: time, events: input.events, value: value))
                }
            }
            return evicted
        }
        counts.evictedEvents += evicted ?? 0
        while groups.count > 1, groups.count > limits.groups || groups.size > limits.events {
            counts.evictedGroups += 1
            counts.evictedEvents += groups.removeOldest()
        }
    }
}

extension Int64 {
    /// The difference, or the least number where that is less still.
    func minus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
