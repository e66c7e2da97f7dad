/// Evaluates correlations: it is told of matches of rules, and tells of what they mean together.
///
/// Time is that of the events. The window of a correlation ends with each event of a group and reaches its timespan
/// back, both ends included; matches that come out of order within the lateness are put in order first, so that only
/// the events decide, and not the order in which they came. Whether a condition holds at a time is judged when all
/// events of that time are in: when a later one came, and the lateness is over.
///
/// A group is told of once within a timespan, however long its condition goes on holding.
///
/// ```swift
/// var engine = CorrelationEngine(plan, lateness: .seconds(5))
/// engine.receive(CorrelationEvent(rule: 0, id: 17, time: time, values: [["alice"]])) { match in
///     print(plan.correlations[match.correlation].title, match.events)
/// }
/// ```
///
/// A value: a copy goes on for itself. What it keeps is bounded by ``CorrelationPlan/limits``; an event costs the same
/// on average, however many are kept.
public struct CorrelationEngine: Sendable {
    /// What became of an event.
    public enum Receipt: Sendable, Hashable {
        /// It is judged as soon as no earlier one is waited for.
        case taken
        /// It came too late: what is after it was judged already.
        case late
        /// It claims to be of a time still to come.
        case early
        /// No correlation looks at its rule.
        case uncorrelated
    }

    /// The correlations.
    public let plan: CorrelationPlan
    let lateness: Int64
    var nodes: [CorrelationNodeState]
    var waiting = EventQueue()
    /// Events before this are late.
    var horizon = Int64.min
    var ownCounts = CorrelationCounts()
    /// What was told since it was last asked for; nil where nobody asks.
    var told: [CorrelationTold]?
    var replay: CorrelationReplay?

    /// An engine that knows of no event yet.
    ///
    /// - Parameters:
    ///   - lateness: how long after a later event an earlier one may come. Matches are told that much later.
    ///   - recordsTold: whether ``takeTold()`` is going to be called now and then.
    public init(_ plan: CorrelationPlan, lateness: Duration = .zero, recordsTold: Bool = false) {
        self.plan = plan
        self.lateness = max(lateness.nanoseconds, 0)
        nodes = plan.nodes.map { CorrelationNodeState($0) }
        told = recordsTold ? [] : nil
    }

    /// What became of all events so far.
    public var counts: CorrelationCounts {
        var counts = ownCounts
        for node in nodes { counts += node.counts }
        return counts
    }

    /// What became of the events of one correlation, by its index: those left out, evictions and repeats.
    public func counts(of correlation: Int) -> CorrelationCounts { nodes[correlation].counts }

    /// How many events are kept, those that wait with them.
    public var size: Int { nodes.reduce(waiting.count) { $0 + $1.groups.size } }

    /// Takes an event, and tells of the matches that need no more waiting.
    ///
    /// - Parameters:
    ///   - now: the time by the clock, for events that happen now. One that claims to be of later than that and the
    ///     lateness is left out: taken at its word, it would make all others late.
    ///   - found: called with each match, in the order of their times.
    @discardableResult
    public mutating func receive(
        _ event: CorrelationEvent,
        now: Int64? = nil,
        _ found: (CorrelationMatch) -> Void
    ) -> Receipt {
        guard plan.routes.indices.contains(event.rule), !plan.routes[event.rule].isEmpty else { return .uncorrelated }
        if let now, event.time.minus(lateness) > now {
            ownCounts.early += 1
            return .early
        }
        guard event.time >= horizon else {
            ownCounts.late += 1
            return .late
        }
        ownCounts.taken += 1
        waiting.insert(kept(event))
        horizon = max(horizon, event.time.minus(lateness))
        release(found)
        while waiting.count > plan.limits.waiting, let earliest = waiting.earliest {
            let before = waiting.count
            horizon = max(horizon, earliest == .max ? earliest : earliest + 1)
            judge(earliest, found)
            ownCounts.hurried += before - waiting.count
        }
        return .taken
    }

    /// Goes on to a time without an event: what waits is judged, and what can match no more is put out of mind.
    ///
    /// - Parameter now: the time by the clock, in nanoseconds since 1970; events may still be late by the lateness.
    public mutating func advance(to now: Int64, _ found: (CorrelationMatch) -> Void) {
        horizon = max(horizon, now.minus(lateness))
        release(found)
        for index in nodes.indices { nodes[index].expire(at: horizon) }
    }

    /// Judges what waits of before a time, whatever the lateness; events are late from then on when they are of before
    /// the last one that was judged.
    ///
    /// So a clock that runs ahead makes nothing late: only what is judged does.
    public mutating func settle(before time: Int64, _ found: (CorrelationMatch) -> Void) {
        while let earliest = waiting.earliest, earliest < time {
            horizon = max(horizon, earliest + 1)
            judge(earliest, found)
        }
    }

    /// Events before this time are late: it was judged.
    public var judgedBefore: Int64 { horizon }

    /// Judges all that waits: no event is to come any more.
    public mutating func finish(_ found: (CorrelationMatch) -> Void) {
        while let earliest = waiting.earliest {
            horizon = max(horizon, earliest == .max ? earliest : earliest + 1)
            judge(earliest, found)
        }
    }

    /// The event with a list of values for each field, none of them long.
    private mutating func kept(_ event: CorrelationEvent) -> CorrelationEvent {
        var event = event
        let missing = plan.fields[event.rule].count - event.values.count
        if missing > 0 { event.values += [[String]](repeating: [], count: missing) }
        let (cut, shortened) = event.bound()
        ownCounts.cut += cut
        ownCounts.shortened += shortened
        return event
    }

    private mutating func release(_ found: (CorrelationMatch) -> Void) {
        while let earliest = waiting.earliest, earliest < horizon { judge(earliest, found) }
    }

    /// Judges all that waits of one time, correlations before those that build on them.
    private mutating func judge(_ time: Int64, _ found: (CorrelationMatch) -> Void) {
        var busy: [Int] = []
        while waiting.earliest == time, let event = waiting.removeEarliest() {
            for route in plan.routes[event.rule] {
                tell(route, .init(member: route.member, record: event.values, events: .one(event.id)), &busy)
            }
        }
        if let replay, time >= replay.until { endReplay(replay) }
        var next = 0
        while next < busy.count {
            let index = busy[next]
            next += 1
            var outcomes: [CorrelationNodeState.Outcome] = []
            nodes[index].judge(at: time, plan.limits, replay?.told[index]) { outcomes.append($0) }
            for outcome in outcomes {
                if !outcome.isRepeat, replay == nil {
                    told?.append(CorrelationTold(correlation: index, group: outcome.key, time: time))
                    if !plan.nodes[index].isSilent { found(match(index, outcome, at: time)) }
                }
                // A repeat is no second match to be counted, but what holds still holds for what comes after it.
                for parent in plan.nodes[index].parents
                where !outcome.isRepeat || plan.nodes[parent.node].kind.isTemporal {
                    let events = EventList(outcome.named.events.reversed())
                    tell(parent, .init(member: parent.member, record: outcome.record, events: events), &busy)
                }
            }
        }
    }

    private mutating func tell(_ route: CorrelationPlan.Route, _ input: CorrelationNodeState.Input, _ busy: inout [Int])
    {
        if nodes[route.node].inbox.isEmpty {
            // Kept in order; what is added stands above what is being judged.
            var place = busy.count
            while place > 0, busy[place - 1] > route.node { place -= 1 }
            busy.insert(route.node, at: place)
        }
        nodes[route.node].inbox.append(input)
    }

    private func match(_ index: Int, _ outcome: CorrelationNodeState.Outcome, at time: Int64) -> CorrelationMatch {
        CorrelationMatch(
            correlation: index,
            time: time,
            group: outcome.key,
            figure: outcome.figure,
            events: outcome.named.events.reversed(),
            eventCount: outcome.named.count
        )
    }
}
