internal import Deployments
package import Judge
internal import Ledger

/// The rules that judge, and how what they wait for in time is bounded.
package struct WatchedRules: Sendable {
    package var bench: Judge.Bench
    /// How long records of several sources may lie apart that speak of one container.
    package var joinWindow = Duration.seconds(600)
    /// How much later than another an earlier record may come and still be correlated.
    package var lateness = Duration.seconds(60)
    /// How long what is seen for the first time is only learned.
    package var learning = Duration.seconds(7 * 86_400)

    package init(bench: Judge.Bench, _ settings: RuleSettings = RuleSettings()) {
        self.bench = bench
        joinWindow = settings.joinWindow
        lateness = settings.lateness
        learning = settings.learning
    }

    /// Most deployments that are known by what else may speak of them.
    static let joinedDeployments = 65_536

    /// Someone who judges, and knows what the ledger remembers.
    func assessor(
        remembering ledger: Ledger,
        now: Timestamp,
        _ messages: @Sendable (String) -> Void
    ) async throws -> Assessor {
        var joiner = Joiner(window: joinWindow, capacity: Self.joinedDeployments)
        // By when they were remembered, whenever they happened and however long nothing was since: what comes next may
        // speak of them.
        let newest = try await ledger.newestReceipt() ?? now
        let since = Timestamp(microseconds: newest.microseconds &- joinWindow.microseconds)
        for one in try await ledger.recentDeployments(since: since, limit: Self.joinedDeployments)
        where !one.record.isEmpty {
            do throws(DeploymentRecord.Malformed) {
                joiner.recall(id: one.id, record: try DeploymentRecord(decoding: one.record))
            } catch {
                messages("deployment \(one.id) is not joined to what comes: its record cannot be read: \(error)")
            }
        }
        var firstSeen = FirstSeenMemory(learning: learning)
        for kind in FirstSeen.allCases {
            for sighting in try await ledger.sightings(of: kind.rawValue) {
                firstSeen.recall(kind, sighting.value, at: sighting.time)
            }
        }
        let (correlator, correlated) = try await correlator(remembering: ledger)
        let newestFinding = try await ledger.newestSequence()
        let told = try await ledger.findings(
            afterSequence: newestFinding - Int64(Assessor.knownFindings),
            limit: Assessor.knownFindings
        )
        return Assessor(
            bench: bench,
            joiner: joiner,
            correlator: correlator,
            firstSeen: firstSeen,
            // What only correlations were told of is no finding of its own, and is told to them once all the same.
            told: correlated + told.map(\.finding.id)
        )
    }

    /// Whether what is joined and what is seen first is known by these rules as by others.
    func remembers(as others: WatchedRules) -> Bool {
        others.joinWindow == joinWindow && others.learning == learning
    }

    /// What correlates what is found, with what the ledger remembers; nil where nothing does.
    ///
    /// - Returns: with it the ids of what it was told of.
    func correlator(remembering ledger: Ledger) async throws -> (correlator: LiveCorrelator?, told: [String]) {
        guard var correlator = bench.correlations.map({ LiveCorrelator($0, lateness: lateness) }) else {
            return (nil, [])
        }
        if let judged = try await ledger.correlationEvent(LiveCorrelator.judgedNote) {
            try correlator.recall(judged.event)
        }
        var told: [String] = []
        let since = correlator.neededSince ?? Timestamp(microseconds: .min)
        for entry in try await ledger.correlationEvents(since: since) {
            try correlator.recall(entry.event)
            told.append(entry.findingID)
        }
        return (correlator, told)
    }
}

extension Duration {
    /// Whole microseconds.
    var microseconds: Int64 {
        components.seconds.multipliedReportingOverflow(by: 1_000_000).partialValue
            + components.attoseconds / 1_000_000_000_000
    }
}
