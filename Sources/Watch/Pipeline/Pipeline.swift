package import Deployments
internal import Dialects
internal import Judge
package import Ledger
internal import LiveIntake
internal import PrometheusMetrics

/// Takes what all sources give, judges it, and remembers it: one thing after the other, a transaction for all that came
/// while the one before was written.
package final class Pipeline: Sendable {
    private let ledger: Ledger
    /// The rules that judge first.
    private let rules: WatchedRules
    private let metrics: WatchMetrics
    private let messages: @Sendable (String) -> Void
    private let clock: @Sendable () -> Timestamp
    /// Called with each transaction that holds findings, once it is written.
    private let onFindings: @Sendable () -> Void
    /// What sources give, and changes that are to be made; no source is there at first.
    let queue = BatchQueue()

    /// - Parameters:
    ///   - clock: what time it is.
    ///   - onFindings: called when new findings are remembered.
    ///   - messages: told in a sentence what a person should know.
    package init(
        ledger: Ledger,
        rules: WatchedRules,
        metrics: WatchMetrics,
        clock: @escaping @Sendable () -> Timestamp,
        onFindings: @escaping @Sendable () -> Void,
        messages: @escaping @Sendable (String) -> Void
    ) {
        self.ledger = ledger
        self.rules = rules
        self.metrics = metrics
        self.clock = clock
        self.onFindings = onFindings
        self.messages = messages
    }

    /// Judges and remembers until its queue is closed; cancelled, it does not wait for a ledger that cannot be written to.
    ///
    /// - Throws: ``WatchError`` when the ledger cannot be used any more.
    func run() async throws {
        // Sources that still wait are let go, whatever ends this.
        let outcome: Result<Void, any Error>
        do {
            try await work()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        queue.close()
        try outcome.get()
    }

    /// What judging and reading go by, and what they keep in mind.
    private struct Work {
        var rules: WatchedRules
        var assessor: Assessor
        var streams: StreamBook
        var progress: CatchingUp
    }

    private func work() async throws {
        var work = Work(
            rules: rules,
            assessor: try await rules.assessor(remembering: ledger, now: clock(), messages),
            streams: StreamBook(messages),
            progress: CatchingUp(lateness: rules.lateness)
        )
        let decisions = DecisionReader()
        while let turn = await queue.next() {
            if let change = turn.change { await make(change, in: &work) }
            let now = clock()
            var batch = LedgerBatch()
            for waiting in turn.batches {
                let newest = read(
                    waiting.batch,
                    from: waiting.source,
                    decisions,
                    &work.streams,
                    &work.assessor,
                    now,
                    &batch
                )
                work.progress.read(waiting.batch, of: waiting.source, upTo: newest, now, .now)
            }
            for source in turn.heard { work.progress.heard(of: source) }
            if turn.isTick {
                tellHeld(&work.streams, &work.assessor, now, &batch)
                work.assessor.advance(to: now, readUpTo: work.progress.readUpTo(now, .now), &batch)
            }
            work.assessor.finish(&batch)
            do {
                try await remember(batch)
            } catch {
                for waiting in turn.batches { waiting.failed(CancellationError()) }
                throw error
            }
            work.progress.remembered(.now)
            for waiting in turn.batches { waiting.isRemembered() }
            if let counts = work.assessor.correlationCounts { metrics.tell(counts) }
        }
    }

    // MARK: Changing

    /// Makes a change wholly, or not at all: everything up to here is in the ledger, from where it is gone on with.
    private func make(_ waiting: BatchQueue.WaitingChange, in work: inout Work) async {
        do {
            switch waiting.change {
            case .rules(let rules):
                let now = clock()
                if rules.remembers(as: work.rules) {
                    // Only what correlations wait for depends on the rules; the rest may be much.
                    let (correlator, _) = try await rules.correlator(remembering: ledger)
                    work.assessor = work.assessor.judging(by: rules.bench, correlator)
                } else {
                    work.assessor = try await rules.assessor(remembering: ledger, now: now, messages)
                }
                work.rules = rules
                work.progress.change(lateness: rules.lateness)
                waiting.isMade()
            case .sources(let gone, let new):
                var entries: [Int: [StreamEntry]] = [:]
                for (number, source) in new { entries[number] = try await ledger.streams(of: source.name) }
                for number in gone {
                    work.streams.forget(number)
                    work.progress.forget(number)
                }
                var cursors: [Int: [String: String]] = [:]
                for (number, source) in new {
                    cursors[number] = work.streams.begin(source, as: number, with: entries[number] ?? [])
                    work.progress.begin(number, .now)
                }
                waiting.isMade(cursors)
            }
        } catch {
            waiting.failed(error)
        }
    }

    // MARK: Reading

    /// - Returns: the latest time that the batch tells of.
    private func read(
        _ given: LiveBatch,
        from source: Int,
        _ decisions: DecisionReader,
        _ streams: inout StreamBook,
        _ assessor: inout Assessor,
        _ now: Timestamp,
        _ batch: inout LedgerBatch
    ) -> Timestamp? {
        guard let watched = streams[source] else { return nil }
        var newest: Timestamp?
        metrics.took(given, from: watched.name)
        switch watched.reading {
        case .decisions:
            for record in given.records {
                do throws(DecisionError) {
                    let decided = try decisions.read(record)
                    newest = [newest, decided.time].compactMap(\.self).max()
                    assessor.assess(decided, of: watched.name, now: now, &batch)
                } catch {
                    metrics.problem(in: watched.name)
                    streams.tell(ReadingProblem(at: record.position, error.description), of: source, now)
                }
            }
            batch.streams.append(
                StreamEntry(
                    source: watched.name,
                    stream: given.stream,
                    cursor: given.isLast ? nil : given.cursor,
                    checkpoint: .init(cursor: given.cursor, memory: []),
                    recordsSince: 0
                )
            )
        case .logs(_, let raw):
            let judging = assessor.rawJudging(of: raw)
            var reading = Reading()
            var problems: [ReadingProblem] = []
            if let judging { reading.onRawEvent = { judging.judge($0, $1, $2) } }
            reading.rawLogs = judging?.logs ?? []
            let entry = streams.read(given, from: source, into: &reading) { reading, _, isKnown in
                let found = judging?.drain() ?? []
                defer { reading.removeAll() }
                guard !isKnown else { return }
                problems += reading.problems
                for deployment in reading.deployments {
                    newest = [newest, deployment.event.timestamp].compactMap(\.self).max()
                    assessor.assess(deployment, of: watched.name, now: now, &batch)
                }
                for finding in found { newest = [newest, finding.subject.time].compactMap(\.self).max() }
                if !found.isEmpty { assessor.tell(found, now: now, &batch) }
            }
            if let entry { batch.streams.append(entry) }
            for problem in problems {
                metrics.problem(in: watched.name)
                streams.tell(problem, of: source, now)
            }
        }
        return newest
    }

    /// Tells what dialects held back for a partner that did not come in time.
    private func tellHeld(
        _ streams: inout StreamBook,
        _ assessor: inout Assessor,
        _ now: Timestamp,
        _ batch: inout LedgerBatch
    ) {
        let judging = assessor.rawJudging()
        var reading = Reading()
        reading.onRawEvent = { judging.judge($0, $1, $2) }
        reading.rawLogs = judging.logs
        batch.streams += streams.passTime(into: &reading) { reading, source in
            for deployment in reading.deployments {
                assessor.assess(deployment, of: source, now: now, &batch)
            }
            reading.removeAll()
        }
        assessor.tell(judging.drain(), now: now, &batch)
    }

    // MARK: Remembering

    /// How often people are told of a ledger that cannot be written to.
    private static let alarmInterval = Duration.seconds(300)

    /// Writes a transaction, again and again while that may help: intake waits in the meantime.
    private func remember(_ batch: LedgerBatch) async throws {
        guard !batch.isEmpty else { return }
        var attempt = 0
        var toldAt: ContinuousClock.Instant?
        while true {
            do throws(LedgerError) {
                let committed = try await ledger.commit(batch)
                if attempt > 0 {
                    metrics.ledger(isWritable: true)
                    messages("the ledger is written to again; nothing was lost")
                }
                metrics.remembered(batch, Set(committed.newFindings.map(\.id)))
                if !committed.newFindings.isEmpty { onFindings() }
                return
            } catch {
                guard error.isTransient else {
                    throw WatchError("the ledger cannot be written to: \(error)")
                }
                metrics.ledger(isWritable: false)
                // Again and again: what nothing is taken in for is not to be overlooked.
                if toldAt.map({ .now - $0 >= Self.alarmInterval }) ?? true {
                    toldAt = .now
                    messages("the ledger cannot be written to, so that nothing is taken in until it can: \(error)")
                }
                attempt += 1
                try await Task.sleep(for: .milliseconds(min(100 << min(attempt, 6), 5_000)))
            }
        }
    }
}
