package import Deployments
internal import Sigma

/// What findings of correlations tell of their events: kept for as long as a correlation may name them.
struct CorrelatedEvents: Sendable {
    private struct Kept {
        var event: CorrelationSummary.Event
        /// By the engine's time, in nanoseconds since 1970.
        var time: Int64
    }

    /// A ring: the event of a number stands at its remainder by the number of slots, which is a power of two.
    private var slots: [Kept?] = []
    /// What the engine calls the next event: its number among those taken.
    private var next: Int64 = 0
    private var oldest: Int64 = 0
    /// Events are forgotten by the oldest number once there are more.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { Int(next - oldest) }

    /// Keeps an event, and says what it is called.
    mutating func add(_ event: CorrelationSummary.Event, at time: Int64) -> Int64 {
        if count == slots.count { grow() }
        slots[slot(next)] = Kept(event: event, time: time)
        next += 1
        if count > limit { removeOldest() }
        return next - 1
    }

    /// Forgets the oldest as long as they are of before `time`.
    mutating func forget(before time: Int64) {
        while let kept = self[oldest], kept.time < time { removeOldest() }
    }

    private subscript(number: Int64) -> Kept? { (oldest..<next).contains(number) ? slots[slot(number)] : nil }

    private func slot(_ number: Int64) -> Int { Int(number) & (slots.count - 1) }

    private mutating func removeOldest() {
        slots[slot(oldest)] = nil
        oldest += 1
    }

    private mutating func grow() {
        let kept = (oldest..<next).map { slots[slot($0)] }
        slots = Array(repeating: nil, count: max(256, 2 * slots.count))
        for (number, event) in zip(oldest..<next, kept) { slots[slot(number)] = event }
    }

    /// The finding that a match is; nil where it is not to be told.
    func finding(_ match: CorrelationMatch, _ bench: CorrelationBench) -> Finding? {
        guard !bench.silentCorrelations.contains(match.correlation) else { return nil }
        let correlation = bench.plan.correlations[match.correlation]
        let rule = bench.told[match.correlation]
        let events = match.events.compactMap { self[$0]?.event }
        let parts = ["correlation", String(match.time)] + match.group + events.suffix(1).map(\.findingID)
        return Finding(
            id: RecordIdentity.findingID(rule: rule.key, parts: parts),
            rule: rule,
            // What the events have in common is why they are one.
            reasons: zip(correlation.groupBy, match.group).map { field, value in
                Reason(selection: "group-by", field: field, value: value, pattern: value)
            },
            subject: .correlation(CorrelationSummary(match, of: correlation, events))
        )
    }
}

extension Finding.Subject {
    /// When it was; nil where the source does not say.
    package var time: Timestamp? {
        switch self {
        case .deployment(let event): event.deployment.event.timestamp
        case .rawRecord(let record): record.time
        case .correlation(let summary): summary.time
        }
    }
}

extension Timestamp {
    /// Nanoseconds since 1970; nil for times too far off.
    var nanoseconds: Int64? {
        let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : product
    }
}
