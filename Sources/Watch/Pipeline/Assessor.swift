internal import Deployments
internal import Dialects
internal import Judge
internal import Ledger
internal import LiveIntake
internal import Sigma
internal import Signals

/// Judges what the sources say, and writes down what is to be remembered of it.
///
/// It knows what was said before: which records speak of one container, what correlations wait for, what was seen. All of
/// that can be had again from the ledger.
struct Assessor {
    private var bench: Judge.Bench
    private var judge: Judge
    private var joiner: Joiner
    private var correlator: LiveCorrelator?
    private var firstSeen: FirstSeenMemory
    private var known: RecentIDs
    private var lines = ECSLines()

    /// How many findings are known again by their ids before the ledger is asked.
    static let knownFindings = 65_536

    init(
        bench: Judge.Bench,
        joiner: Joiner,
        correlator: LiveCorrelator?,
        firstSeen: FirstSeenMemory,
        told: [String]
    ) {
        self.bench = bench
        judge = Judge(bench)
        self.joiner = joiner
        self.correlator = correlator
        self.firstSeen = firstSeen
        known = RecentIDs(capacity: Self.knownFindings)
        for id in told { _ = known.insert(id) }
    }

    /// What became of the events of correlations so far.
    var correlationCounts: LiveCorrelator.Counts? { correlator?.counts }

    /// The same with other rules: what is joined, and what was seen and told, is known as before.
    ///
    /// - Parameter correlator: of these rules, with what the ledger remembers.
    func judging(by bench: Judge.Bench, _ correlator: LiveCorrelator?) -> Assessor {
        var other = self
        other.bench = bench
        other.judge = Judge(bench)
        other.correlator = correlator
        return other
    }

    /// Holds records against the rules on these raw logs; nil where there are none.
    func rawJudging(of sources: Set<RawSource>) -> RawJudging? {
        let judged = bench.judged(of: sources)
        return judged.isEmpty ? nil : RawJudging(judge, Set(judged.map(\.log)))
    }

    /// Holds records against the rules on raw logs of every kind.
    func rawJudging() -> RawJudging { RawJudging(judge, Set(RawLogSource.allCases)) }

    /// Judges one deployment that a source told of.
    mutating func assess(
        _ deployment: ContainerDeployment,
        of source: String,
        now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        assess(deployment, decided: nil, of: source, now: now, &batch)
    }

    /// Takes in what a guard decided: judged like what any source tells, and told of with what the guard's rules found.
    mutating func assess(
        _ decided: ReadDecision,
        of source: String,
        now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        if let deployment = decided.deployment {
            return assess(deployment, decided: decided, of: source, now: now, &batch)
        }
        batch.deployments.append(
            DeploymentEntry(
                id: decided.decision.id,
                time: decided.time,
                receivedAt: now,
                fields: LedgerFields.of(decided.decision),
                ecs: decided.ecs,
                trail: [
                    TrailEntry(
                        source: source,
                        dataset: "",
                        time: decided.time,
                        path: decided.position.path,
                        offset: decided.position.offset
                    )
                ]
            )
        )
    }

    private mutating func assess(
        _ deployment: ContainerDeployment,
        decided: ReadDecision?,
        of source: String,
        now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        let trail = TrailEntry(
            source: source,
            dataset: deployment.event.dataset.rawValue,
            time: deployment.event.timestamp,
            path: deployment.log?.path,
            offset: deployment.log?.offset
        )
        var joined = joiner.take(deployment, decision: decided?.decision)
        let isJudged = joined.isFirst || joined.isImproved
        if isJudged {
            let sightings = firstSeen.take(&joined.deployment, now: now)
            batch.sightings += sightings.map { Sighting(kind: $0.kind.rawValue, value: $0.value, time: $0.time) }
        }
        let event = DeploymentEvent(joined.deployment, identity: joined.identity)
        var findings: [Finding] = []
        if isJudged { judge.judge(event) { findings.append($0) } }
        // A line of a guard's own says most of what it decided.
        let ecs =
            decided.flatMap { joined.isFirst ? $0.ecs : nil }
            ?? lines.line(event, rules: findings.compactMap(\.rule.id), decision: joined.decision)
        batch.deployments.append(
            DeploymentEntry(
                id: joined.id,
                time: joined.deployment.event.timestamp,
                receivedAt: now,
                fields: LedgerFields.of(event).merging(LedgerFields.of(joined.decision)) { $1 },
                joinKeys: joined.keys,
                ecs: withoutEnd(ecs),
                record: joined.record,
                trail: [trail]
            )
        )
        batch.absorptions += joined.absorbed.map { Absorption(id: $0, into: joined.id) }
        tell(findings, of: joined, decided, now: now, &batch)
        if let decided { tell(decided, of: joined, now: now, &batch) }
    }

    /// Takes in what a rule on raw records found.
    mutating func tell(_ findings: [Finding], now: Timestamp, _ batch: inout LedgerBatch) {
        tell(findings, of: nil, nil, now: now, &batch)
    }

    /// What else the guard's rules found, by rules of its own or in what its line does not show.
    private mutating func tell(
        _ decided: ReadDecision,
        of joined: Joined,
        now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        let fields = LedgerFields.of(DeploymentEvent(joined.deployment)).merging(LedgerFields.of(joined.decision)) {
            $1
        }
        for found in decided.findings {
            // The same whoever found it.
            let id = joined.findingID(of: found.rule)
            guard known.insert(id) else { continue }
            batch.findings.append(
                FindingEntry(
                    id: id,
                    deploymentID: joined.id,
                    ruleID: found.rule,
                    ruleTitle: found.title,
                    level: found.level,
                    time: decided.time,
                    receivedAt: now,
                    fields: fields,
                    group: LedgerFields.group(fields),
                    sentence: decided.sentence,
                    ecs: decided.ecs
                )
            )
        }
    }

    private mutating func tell(
        _ findings: [Finding],
        of joined: Joined?,
        _ decided: ReadDecision?,
        now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        for finding in findings where known.insert(finding.id) {
            var correlated: [Finding] = []
            var isTold = true
            if let taken = correlator?.take(finding, now: now, { correlated.append($0) }) {
                isTold = taken.isTold
                if let bytes = taken.memory {
                    batch.correlationEvents.append(
                        CorrelationEntry(findingID: finding.id, time: taken.time ?? now, event: bytes)
                    )
                }
            }
            if isTold { batch.findings.append(entry(finding, of: joined, decided, now)) }
            add(correlated, now, &batch)
        }
    }

    /// Goes on to a time at which nothing was told.
    ///
    /// - Parameter read: up to when all sources are read, where one of them is behind.
    mutating func advance(to now: Timestamp, readUpTo read: Timestamp?, _ batch: inout LedgerBatch) {
        var correlated: [Finding] = []
        correlator?.advance(to: now, readUpTo: read) { correlated.append($0) }
        add(correlated, now, &batch)
    }

    /// Adds what else correlations have to know after a restart; to be called once before a batch is written.
    mutating func finish(_ batch: inout LedgerBatch) {
        for note in correlator?.takeNotes() ?? [] {
            batch.correlationEvents.append(CorrelationEntry(findingID: note.id, time: note.time, event: note.bytes))
        }
    }

    private mutating func add(_ correlated: [Finding], _ now: Timestamp, _ batch: inout LedgerBatch) {
        for finding in correlated where known.insert(finding.id) {
            batch.findings.append(entry(finding, of: nil, nil, now))
        }
    }

    private mutating func entry(
        _ finding: Finding,
        of joined: Joined?,
        _ decided: ReadDecision?,
        _ now: Timestamp
    ) -> FindingEntry {
        FindingEntry(
            id: finding.id,
            deploymentID: joined?.id,
            ruleID: finding.rule.key,
            ruleTitle: finding.rule.title,
            level: finding.level,
            time: finding.subject.time,
            receivedAt: now,
            fields: LedgerFields.of(finding).merging(LedgerFields.of(joined?.decision)) { $1 },
            group: finding.group,
            sentence: decided?.sentence ?? finding.sentence,
            ecs: withoutEnd(lines.line(finding, decision: joined?.decision))
        )
    }

    private func withoutEnd(_ line: [UInt8]) -> [UInt8] {
        var line = line
        if line.last == 10 { line.removeLast() }
        return line
    }
}
