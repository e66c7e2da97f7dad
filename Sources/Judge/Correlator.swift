internal import Deployments
package import Sigma

/// Correlates the findings of a scan, whose logs are read one after the other, each from its own beginning.
///
/// So an event may come long after later ones, and matches wait until all is read, or until too many wait.
package struct Correlator {
    private let bench: CorrelationBench
    private var engine: CorrelationEngine
    /// What events are called by the engine: their number among those taken.
    private var events: [Int64: CorrelationSummary.Event] = [:]
    private var next: Int64 = 0
    /// Events are forgotten by the oldest number once there are more.
    private let memory: Int
    /// Findings of which nobody knows when they were, which correlate with nothing.
    package private(set) var timeless = 0

    /// Limits of a scan: what waits is some hundred bytes an event.
    package static let limits = CorrelationLimits(events: 200_000, waiting: 200_000)

    package init(_ bench: CorrelationBench) {
        self.bench = bench
        engine = CorrelationEngine(bench.plan, lateness: .seconds(Int64.max / 1_000_000_000))
        memory = bench.plan.limits.waiting + bench.plan.limits.events
    }

    /// What became of findings so far.
    package var counts: CorrelationCounts { engine.counts }

    /// Takes a finding in, where a correlation looks at its rule.
    ///
    /// - Parameter found: called with what correlations find when too many events wait.
    /// - Returns: whether the finding is to be told by itself.
    package mutating func take(_ finding: Finding, _ found: (Finding) -> Void) -> Bool {
        guard let match = finding.correlated else { return true }
        let isTold = !bench.silentRules.contains(match.rule)
        guard let time = finding.subject.time, let nanoseconds = time.nanoseconds else {
            timeless += 1
            return isTold
        }
        events[next] = .init(findingID: finding.id, rule: finding.rule.title, time: time, log: finding.subject.log)
        events[next - Int64(memory)] = nil
        let event = CorrelationEvent(rule: match.rule, id: next, time: nanoseconds, values: match.values)
        next += 1
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
        for match in matches where !bench.silentCorrelations.contains(match.correlation) {
            let correlation = bench.plan.correlations[match.correlation]
            let rule = bench.told[match.correlation]
            let events = match.events.compactMap { self.events[$0] }
            let parts = ["correlation", String(match.time)] + match.group + events.suffix(1).map(\.findingID)
            found(
                Finding(
                    id: RecordIdentity.findingID(rule: rule.key, parts: parts),
                    rule: rule,
                    // What the events have in common is why they are one.
                    reasons: zip(correlation.groupBy, match.group).map { field, value in
                        Reason(selection: "group-by", field: field, value: value, pattern: value)
                    },
                    subject: .correlation(CorrelationSummary(match, of: correlation, events))
                )
            )
        }
    }
}

extension Finding.Subject {
    /// When it was; nil where the source does not say.
    var time: Timestamp? {
        switch self {
        case .deployment(let event): event.deployment.event.timestamp
        case .rawRecord(let record): record.time
        case .correlation(let summary): summary.time
        }
    }
}

extension Timestamp {
    /// Nanoseconds since 1970; nil for times too far off.
    fileprivate var nanoseconds: Int64? {
        let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : product
    }
}
