import Deployments
import Judge
import Sigma

/// What a ledger keeps for a live correlator: all of a step or nothing.
struct RememberedCorrelations {
    private(set) var entries: [String: (time: Timestamp, bytes: [UInt8])] = [:]
    /// Ids of the findings that were told, once each.
    private(set) var findings: [String] = []
    private(set) var repeated = 0

    mutating func commit(_ memories: [(String, Timestamp, [UInt8])], _ found: [Finding]) {
        for (id, time, bytes) in memories { entries[id] = (time, bytes) }
        for finding in found {
            if findings.contains(finding.id) { repeated += 1 } else { findings.append(finding.id) }
        }
    }

    mutating func forget(before time: Timestamp) { entries = entries.filter { $0.value.time >= time } }
}

/// A live correlator that is stopped and started, with what it is to remember.
struct LiveTimeline {
    let bench: Judge.Bench
    private let judge: Judge
    private(set) var correlator: LiveCorrelator
    private(set) var memory = RememberedCorrelations()
    private var uncommitted: [(String, Timestamp, [UInt8])] = []
    private var found: [Finding] = []

    init(_ rules: String) throws {
        var library = RuleLibrary()
        library.add(rules, file: "rules.yml")
        bench = try Judge.Bench(correlating: library)
        judge = Judge(bench)
        correlator = LiveCorrelator(bench.correlations!)
    }

    /// The events are deployments, `name` by `user`.
    static func deployment(_ name: String, _ user: String?, at second: Double?) -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(
                timestamp: second.map { Timestamp(microseconds: Int64($0 * 1_000_000)) },
                id: "\(name) \(user ?? "") \(second ?? -1)",
                action: .containerCreate,
                dataset: .dockerAPI
            ),
            route: .dockerAPI
        )
        deployment.container.name = name
        deployment.actor.userName = user
        return deployment
    }

    static func time(_ second: Double) -> Timestamp { Timestamp(microseconds: Int64(second * 1_000_000)) }

    /// Takes a deployment at the time that the clock says, and tells whether each finding was taken.
    @discardableResult
    mutating func take(
        _ name: String,
        by user: String? = "mallory",
        at second: Double?,
        now: Double? = nil
    ) -> [LiveCorrelator.Taken] {
        var findings: [Finding] = []
        judge.judge(DeploymentEvent(Self.deployment(name, user, at: second))) { findings.append($0) }
        return findings.map { finding in
            let clock = Self.time(now ?? second ?? 0)
            let taken = correlator.take(finding, now: clock) { found.append($0) }
            if let bytes = taken.memory {
                uncommitted.append((finding.id, second.map(Self.time) ?? clock, bytes))
            }
            return taken
        }
    }

    mutating func advance(to second: Double, readUpTo: Double? = nil) {
        correlator.advance(to: Self.time(second), readUpTo: readUpTo.map(Self.time)) { found.append($0) }
    }

    /// Remembers what was done so far.
    mutating func commit() {
        memory.commit(uncommitted + correlator.takeNotes().map { ($0.id, $0.time, $0.bytes) }, found)
        uncommitted = []
        found = []
    }

    /// Stops without another word, and starts with what was remembered.
    mutating func restart(_ bench: Judge.Bench? = nil) throws {
        uncommitted = []
        found = []
        correlator = LiveCorrelator((bench ?? self.bench).correlations!)
        for (_, entry) in memory.entries.sorted(by: { $0.value.time < $1.value.time }) {
            try correlator.recall(entry.bytes)
        }
    }

    mutating func forget(at second: Double) {
        let needed = Double(correlator.horizonNeeded.components.seconds)
        memory.forget(before: Self.time(second - needed))
    }
}
