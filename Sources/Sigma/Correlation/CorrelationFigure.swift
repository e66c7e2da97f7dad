extension CorrelationPlan.Node {
    /// Whether the condition holds for a group that something came in for, and of what.
    func judge(
        _ group: inout CorrelationGroup,
        _ arrival: CorrelationNodeState.Arrival,
        at time: Int64,
        _ limits: CorrelationLimits,
        _ replayed: Set<CorrelationReplay.Moment>?
    ) -> CorrelationNodeState.Outcome? {
        let earliest = time.minus(span)
        guard let (figure, share) = figure(of: group, arrival.values, since: earliest), holds(figure) else {
            return nil
        }
        // Of what was before, less may be known than when it was judged: what was told then is the better account.
        let isRepeat =
            replayed.map { !$0.contains(.init(group: group.key, time: time)) }
            ?? group.told.map { $0 >= earliest } ?? false
        var named = NamedEvents(limit: limits.namedEvents)
        if isRepeat {
            named.add(arrival.events)
        } else {
            group.told = time
            name(group, share, since: earliest, &named)
        }
        let record = exports.map { $0 < groupCount ? [group.key[$0]] : arrival.columns[$0] }
        return .init(key: group.key, figure: figure, named: named, record: record, isRepeat: isRepeat)
    }

    /// What a group comes to, and for shares the value whose share it is; nil when there is nothing to compare.
    ///
    /// - Parameters:
    ///   - arrived: values of the present moment; a share is that of one of them.
    ///   - earliest: what was earlier is out of the timespan.
    func figure(
        of group: CorrelationGroup,
        _ arrived: [EventWindow.Value],
        since earliest: Int64
    ) -> (figure: Double, share: [String]?)? {
        let window = group.window
        switch kind {
        case .eventCount: return (Double(window.count), nil)
        case .valueCount: return (Double(window.distinct), nil)
        case .valueSum: return (window.total, nil)
        case .valueAverage: return (window.total / Double(window.count), nil)
        case .temporal:
            return (Double(group.latest.count { $0.map { $0.time >= earliest } ?? false }), nil)
        case .temporalOrdered: return group.steps.longest(since: earliest).map { (Double($0.events.count), nil) }
        case .valueMedian, .valuePercentile:
            if let percentile { return window.percentile(percentile).map { ($0, nil) } }
            let shares = arrived.compactMap { value -> (figure: Double, share: [String])? in
                guard case .texts(let texts) = value else { return nil }
                let share = 100 * Double(window.count(of: texts)) / Double(window.count)
                return holds(share) ? (share, texts) : nil
            }
            // Of several at one time the rarest, whichever came first.
            let rarest = shares.min { ($0.figure, $0.share[0]) < ($1.figure, $1.share[0]) }
            return rarest.map { ($0.figure, $0.share) }
        }
    }

    /// Names the events that a group's figure is made of, the newest first where not all can be.
    func name(_ group: CorrelationGroup, _ share: [String]?, since earliest: Int64, _ named: inout NamedEvents) {
        switch kind {
        case .temporal:
            let entries = group.latest.compactMap { $0 }.filter { $0.time >= earliest }
            for entry in entries.sorted(by: { $0.time > $1.time }) { named.add(entry.events) }
        case .temporalOrdered:
            for events in group.steps.longest(since: earliest)?.events.reversed() ?? [] { named.add(events) }
        default:
            for entry in group.window.entries.reversed() {
                if let share, entry.value != .texts(share) { continue }
                named.add(entry.events)
            }
        }
    }
}

/// One of each list, in every combination.
enum Combinations {
    /// At most ``CorrelationLimits/combinations`` of them, and whether there are more; none when a list is empty.
    static func of(_ lists: [[String]]) -> (all: [[String]], isCut: Bool) {
        if lists.allSatisfy({ $0.count == 1 }) { return ([lists.map { $0[0] }], false) }
        var all: [[String]] = [[]]
        var isCut = false
        for list in lists {
            if list.isEmpty { return ([], false) }
            let wanted = CorrelationLimits.combinations
            // Each list has a value at least, so what is cut here would be cut in the end.
            isCut = isCut || all.count * min(list.count, wanted + 1) > wanted
            var longer: [[String]] = []
            for head in all {
                for value in list.prefix(wanted - longer.count) { longer.append(head + [value]) }
            }
            all = longer
        }
        return (all, isCut)
    }
}

extension [String] {
    /// Each once, in their order.
    var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension NumberText {
    /// The number that a text is, whole.
    static func number(_ text: String) -> Double? {
        var text = text
        let number: Number? = text.withUTF8 { unsafe NumberText.number($0) }
        return switch number {
        case .integer(let integer)?: Double(integer)
        case .number(let number)?: number
        case nil: nil
        }
    }
}
