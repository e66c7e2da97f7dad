package import Deployments
package import Sigma

/// Correlates findings as they happen, for months, and goes on after a restart as if there had been none.
///
/// Time is that of the events. An event waits for the lateness, so that those that come out of order are put in order;
/// then it is judged, and what is of before it is late. Only what is judged makes others late, never the clock: a clock
/// that jumps ahead, a machine that slept or a source that was silent costs nothing. A clock that is set back has its
/// events go on where its time stood.
///
/// What has to be known after a restart is given as bytes, to be stored in the transaction of the findings that were
/// told meanwhile: for each event ``Taken/memory``, and besides ``takeNotes()``. Given back by ``recall(_:)`` in any
/// order, nothing is told twice and nothing is lost; without the notes, what the events mean is told again, under the
/// ids that it had.
package struct LiveCorrelator: Sendable {
    /// What became of a finding.
    package struct Taken: Sendable, Equatable {
        /// Whether it is to be told by itself.
        package var isTold: Bool
        /// What to remember of it; nil when no correlation took it.
        package var memory: [UInt8]?
        /// By when that may be forgotten: when the event was, as correlations have it.
        package var time: Timestamp?
    }

    /// Something else to be remembered.
    package struct Note: Sendable, Equatable {
        /// Names it: a note of the same id takes the place of the one before.
        package var id: String
        /// By when it may be forgotten, as an event of that time.
        package var time: Timestamp
        /// What ``recall(_:)`` takes.
        package var bytes: [UInt8]
    }

    /// What became of findings, in numbers.
    package struct Counts: Sendable, Equatable {
        /// What became of events, and what was put out of mind for a limit.
        package var engine = CorrelationCounts()
        /// Findings of which nobody knows when they were, which correlate with nothing.
        package var timeless = 0
        /// Events that came after later ones were judged.
        package var late = 0
        /// Events that claim to be of more than a day from now.
        package var early = 0
        /// Remembered events and notes of rules and correlations that are no more, or ask for more than was remembered.
        package var forgotten = 0
        /// How often the clock was set back.
        package var setbacks = 0
        /// Events in mind now.
        package var kept = 0
    }

    /// Limits of what goes on for months, so that all correlations together stay within some 25 MB.
    package static let limits = CorrelationLimits(events: 10_000, waiting: 10_000)
    /// How long an event waits for earlier ones: longer than sources usually differ, and short enough to act.
    package static let lateness = Duration.seconds(60)

    private let bench: CorrelationBench
    private let lateness: Int64
    private let reach: Int64
    private let rules: [String: Int]
    private var engine: CorrelationEngine
    private var events: CorrelatedEvents
    private var clock = CorrelationClock()
    private var own = Counts()
    /// What was recalled, until the first event or the first look at the clock.
    private var recalled = Recalled()
    /// How far was judged when it was last remembered.
    private var noted: CorrelationMemory.Judged?

    private struct Recalled {
        var told: [CorrelationTold] = []
        var judged = CorrelationMemory.Judged(before: .min, shift: 0)
        var events: [CorrelationEvent] = []
        var isEmpty: Bool { told.isEmpty && events.isEmpty && judged.before == .min }
    }

    /// A correlator that knows of nothing yet.
    package init(
        _ bench: CorrelationBench,
        lateness: Duration = LiveCorrelator.lateness,
        limits: CorrelationLimits = LiveCorrelator.limits
    ) {
        self.bench = bench
        let plan = bench.plan.limited(to: limits)
        self.lateness = max(lateness.nanoseconds, 0)
        reach = plan.reach.nanoseconds
        rules = Dictionary(bench.ruleKeys.enumerated().map { ($1, $0) }) { first, _ in first }
        engine = CorrelationEngine(plan, lateness: .seconds(Int64.max / 1_000_000_000), recordsTold: true)
        events = CorrelatedEvents(limit: plan.limits.waiting + 2 * plan.limits.events)
    }

    /// How long before what was judged is needed what was remembered: older events and notes may be forgotten.
    package var horizonNeeded: Duration { .nanoseconds(reach.plus(lateness)) }

    /// The id of the note that says how far was judged.
    package static let judgedNote = "judged"

    /// From when on what was remembered is to be recalled, once the note of what was judged is; nil where all of it is.
    ///
    /// Events are told by their own times, so that it makes no difference how long the program stood still, or how fast
    /// it read of what happened long ago.
    package var neededSince: Timestamp? {
        guard recalled.judged.before > .min else { return nil }
        return Timestamp(microseconds: recalled.judged.before.minus(horizonNeeded.nanoseconds) / 1_000)
    }

    /// What became of findings so far.
    package var counts: Counts {
        var counts = own
        counts.engine = engine.counts
        counts.setbacks = clock.setbacks
        counts.kept = engine.size
        return counts
    }

    /// Takes a finding in, where a correlation looks at its rule.
    ///
    /// - Parameters:
    ///   - now: the time by the clock.
    ///   - found: called with what correlations find when the clock was set back, or too many events wait.
    package mutating func take(_ finding: Finding, now: Timestamp, _ found: (Finding) -> Void) -> Taken {
        guard let match = finding.correlated else { return Taken(isTold: true, memory: nil) }
        var taken = Taken(isTold: !bench.silentRules.contains(match.rule), memory: nil)
        settleRecalled(found)
        tick(now, found)
        guard let time = finding.subject.time, let nanoseconds = time.nanoseconds else {
            own.timeless += 1
            return taken
        }
        switch clock.place(nanoseconds, judged: engine.judgedBefore, tolerance: lateness) {
        case .late: own.late += 1
        case .early: own.early += 1
        case .at(let at):
            let summary = CorrelationSummary.Event(finding, at: time)
            var event = CorrelationEvent(rule: match.rule, id: 0, time: at, values: match.values)
            event.bound()
            event.id = events.add(summary, at: at)
            taken.memory = memory(of: event, summary)
            taken.time = Timestamp(microseconds: at / 1_000)
            receive(event, found)
        }
        return taken
    }

    /// Goes on to a time: what waited for the lateness is judged.
    ///
    /// To be called every second or so.
    ///
    /// - Parameters:
    ///   - now: the time by the clock.
    ///   - read: the time up to which all sources are read, when one of them is behind and catches up: the time of its
    ///     last record. What is later waits for it.
    package mutating func advance(to now: Timestamp, readUpTo read: Timestamp? = nil, _ found: (Finding) -> Void) {
        settleRecalled(found)
        tick(now, found)
        let read = read?.nanoseconds.map { $0.plus(clock.shift) } ?? .max
        settle(before: min(clock.now.minus(lateness), read), found)
    }

    /// Takes up what was remembered; to be called before anything is taken.
    ///
    /// What belongs to a rule or a correlation that is no more is passed over, and counted.
    ///
    /// - Throws: when the bytes are damaged or of another version.
    package mutating func recall(_ bytes: [UInt8]) throws(CorrelationMemoryError) {
        switch try CorrelationMemory(bytes) {
        case .event(let event): recall(event)
        case .told(let told):
            guard let correlation = bench.correlation(told.correlation) else {
                own.forgotten += 1
                return
            }
            recalled.told.append(CorrelationTold(correlation: correlation, group: told.group, time: told.at))
        case .judged(let judged):
            if judged.before > recalled.judged.before { recalled.judged = judged }
        }
    }

    /// What else is to be remembered since it was last asked for, together with the findings told meanwhile.
    package mutating func takeNotes() -> [Note] {
        var notes = engine.takeTold().map { told in
            let fingerprint = bench.plan.fingerprint(of: told.correlation)
            let memory = CorrelationMemory.told(.init(correlation: fingerprint, group: told.group, at: told.time))
            let parts = ["told", String(told.time)] + told.group
            return Note(
                id: RecordIdentity.findingID(rule: fingerprint, parts: parts),
                time: Timestamp(microseconds: told.time / 1_000),
                bytes: memory.bytes
            )
        }
        let judged = CorrelationMemory.Judged(before: engine.judgedBefore, shift: clock.shift)
        if judged != noted, judged.before > .min {
            noted = judged
            notes.append(
                Note(
                    id: Self.judgedNote,
                    time: Timestamp(microseconds: judged.before / 1_000),
                    bytes: CorrelationMemory.judged(judged).bytes
                )
            )
        }
        return notes
    }
}

extension LiveCorrelator {
    private mutating func recall(_ event: CorrelationMemory.Event) {
        guard let rule = rules[event.rule], bench.plan.isCorrelated[rule] else {
            own.forgotten += 1
            return
        }
        let kept = Dictionary(event.fields.map { ($0.name, $0.values) }) { first, _ in first }
        let values = bench.plan.fields[rule].compactMap { kept[$0] }
        guard values.count == bench.plan.fields[rule].count else {
            own.forgotten += 1
            return
        }
        recalled.events.append(CorrelationEvent(rule: rule, id: 0, time: event.at, values: values))
        let summary = CorrelationSummary.Event(
            findingID: event.findingID,
            rule: bench.ruleTitles[rule],
            time: Timestamp(microseconds: event.time),
            log: event.log
        )
        recalled.events[recalled.events.count - 1].id = events.add(summary, at: event.at)
    }

    /// Judges what was judged before, and goes on from there.
    private mutating func settleRecalled(_ found: (Finding) -> Void) {
        guard !recalled.isEmpty else { return }
        let known = recalled
        recalled = Recalled()
        clock.resume(shift: known.judged.shift)
        if known.judged.before > .min { engine.replay(before: known.judged.before, told: known.told) }
        // By time, so that none is late however many there are.
        for event in known.events.sorted(by: { ($0.time, $0.id) < ($1.time, $1.id) }) { receive(event, found) }
        settle(before: known.judged.before, found)
        noted = known.judged
    }

    private mutating func tick(_ now: Timestamp, _ found: (Finding) -> Void) {
        guard let now = now.nanoseconds else { return }
        // What waits bears times of before the clock was set back.
        if clock.isSetBack(at: now, tolerance: lateness) { settle(before: clock.now.plus(1), found) }
        clock.tick(now, judged: engine.judgedBefore, tolerance: lateness)
    }

    private mutating func receive(_ event: CorrelationEvent, _ found: (Finding) -> Void) {
        var matches: [CorrelationMatch] = []
        engine.receive(event) { matches.append($0) }
        tell(matches, found)
    }

    private mutating func settle(before time: Int64, _ found: (Finding) -> Void) {
        var matches: [CorrelationMatch] = []
        engine.settle(before: time) { matches.append($0) }
        tell(matches, found)
        events.forget(before: engine.judgedBefore.minus(reach))
    }

    private func tell(_ matches: [CorrelationMatch], _ found: (Finding) -> Void) {
        for match in matches {
            if let finding = events.finding(match, bench) { found(finding) }
        }
    }

    private func memory(of event: CorrelationEvent, _ summary: CorrelationSummary.Event) -> [UInt8] {
        let fields = zip(bench.plan.fields[event.rule], event.values).map { name, values in
            CorrelationMemory.Field(name: name, values: values)
        }
        return CorrelationMemory.event(
            .init(
                rule: bench.ruleKeys[event.rule],
                findingID: summary.findingID,
                time: summary.time.microseconds,
                at: event.time,
                log: summary.log,
                fields: fields
            )
        ).bytes
    }
}

extension Duration {
    /// Whole nanoseconds, at most those that 64 bits hold.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product.plus(attoseconds / 1_000_000_000)
    }
}
