package import Sigma

/// Correlates the findings of a scan, whose logs are read one after the other, each from its own beginning.
///
/// So an event may come long after later ones, and matches wait until all is read, or until too many wait.
/// ``LiveCorrelator`` is for what happens now.
package struct Correlator {
    private let bench: CorrelationBench
    private var engine: CorrelationEngine
    private var events: CorrelatedEvents
    /// Findings of which nobody knows when they were, which correlate with nothing.
    package private(set) var timeless = 0

    /// Limits of a scan: what waits is some hundred bytes an event.
    package static let limits = CorrelationLimits(events: 200_000, waiting: 200_000)

    package init(_ bench: CorrelationBench) {
        self.bench = bench
        engine = CorrelationEngine(bench.plan, lateness: .seconds(Int64.max / 1_000_000_000))
        events = CorrelatedEvents(limit: bench.plan.limits.waiting + bench.plan.limits.events)
    }

    /// What became of findings so far.
    ///
    /// That events lack what built-in sequences group by is no news, and not counted: most sources know no principal.
    package var counts: CorrelationCounts {
        var counts = engine.counts
        let own = bench.own.map { engine.counts(of: $0) }
        counts.ungrouped = own.reduce(0) { $0 + $1.ungrouped }
        counts.valueless = own.reduce(0) { $0 + $1.valueless }
        return counts
    }

    /// Takes a finding in, where a correlation looks at its rule.
    ///
    /// - Parameter found: called with what correlations find when too many events wait.
    /// - Returns: whether the finding is to be told by itself.
    package mutating func take(_ finding: Finding, _ found: (Finding) -> Void) -> Bool {
        guard let match = finding.correlated else { return true }
        let isTold = !bench.silentRules.contains(match.rule)
        guard let time = finding.subject.time, let nanoseconds = time.nanoseconds else {
            if !bench.builtInParts.contains(match.rule) { timeless += 1 }
            return isTold
        }
        let id = events.add(CorrelationSummary.Event(finding, at: time), at: nanoseconds)
        let event = CorrelationEvent(rule: match.rule, id: id, time: nanoseconds, values: match.values)
        var matches: [CorrelationMatch] = []
        engine.receive(event) { matches.append($0) }
        tell(matches, found)
        return isTold
    }

    /// Tells of the rest: all is read.
    package mutating func finish(_ found: (Finding) -> Void) {
        var matches: [CorrelationMatch] = []
        engine.finish { matches.append($0) }
        tell(matches, found)
    }

    private func tell(_ matches: [CorrelationMatch], _ found: (Finding) -> Void) {
        for match in matches {
            if let finding = events.finding(match, bench) { found(finding) }
        }
    }
}
