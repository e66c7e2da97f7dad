package import Deployments
internal import Dialects
internal import Judge
package import Ledger
internal import LiveIntake
internal import Metrics

/// Takes what all sources give, judges it, and remembers it: one thing after the other, a transaction for all that came
/// while the one before was written.
package final class Pipeline: Sendable {
    let sources: [WatchedSource]
    private let ledger: Ledger
    private let rules: WatchedRules
    private let metrics: WatchMetrics
    private let messages: @Sendable (String) -> Void
    private let clock: @Sendable () -> Timestamp
    /// Called with each transaction that holds findings, once it is written.
    private let onFindings: @Sendable () -> Void
    let queue = BatchQueue()
    /// From where each source is to follow its streams, once the ledger was asked.
    let beginnings: AsyncStream<(source: Int, cursors: [String: String])>
    private let starts: AsyncStream<(source: Int, cursors: [String: String])>.Continuation

    /// - Parameters:
    ///   - clock: what time it is.
    ///   - onFindings: called when new findings are remembered.
    ///   - messages: told in a sentence what a person should know.
    package init(
        sources: [WatchedSource],
        ledger: Ledger,
        rules: WatchedRules,
        metrics: WatchMetrics,
        clock: @escaping @Sendable () -> Timestamp,
        onFindings: @escaping @Sendable () -> Void,
        messages: @escaping @Sendable (String) -> Void
    ) {
        self.sources = sources
        self.ledger = ledger
        self.rules = rules
        self.metrics = metrics
        self.clock = clock
        self.onFindings = onFindings
        self.messages = messages
        (beginnings, starts) = AsyncStream.makeStream()
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
        starts.finish()
        queue.close()
        try outcome.get()
    }

    private func work() async throws {
        var assessor = try await rules.assessor(remembering: ledger, now: clock(), messages)
        var streams = StreamBook(sources, messages)
        let decisions = DecisionReader()
        var progress = CatchingUp(sources: sources.count, lateness: rules.lateness, start: .now)
        for (index, source) in sources.enumerated() {
            let entries = try await ledger.streams(of: source.name)
            starts.yield((index, streams.goOn(with: entries, of: index)))
        }
        starts.finish()
        while let turn = await queue.next() {
            let now = clock()
            var batch = LedgerBatch()
            for waiting in turn.batches {
                let newest = read(waiting.batch, from: waiting.source, decisions, &streams, &assessor, now, &batch)
                progress.read(waiting.batch, of: waiting.source, upTo: newest, now, .now)
            }
            for source in turn.heard { progress.heard(of: source) }
            if turn.isTick {
                tellHeld(&streams, &assessor, now, &batch)
                assessor.advance(to: now, readUpTo: progress.readUpTo(now, .now), &batch)
            }
            assessor.finish(&batch)
            do {
                try await remember(batch)
            } catch {
                for waiting in turn.batches { waiting.failed(CancellationError()) }
                throw error
            }
            progress.remembered(.now)
            for waiting in turn.batches { waiting.isRemembered() }
            if let counts = assessor.correlationCounts { metrics.tell(counts) }
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
        let watched = sources[source]
        var newest: Timestamp?
        metrics.took(given, from: watched.name)
        switch watched.reading {
        case .decisions:
            for record in given.records {
                do throws(DecisionError) {
                    try decisions.read(record, of: watched.name, now: now, &batch)
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
            let judged = rules.bench.judged(of: raw)
            let judging = judged.isEmpty ? nil : RawJudging(assessor.judge)
            var reading = Reading()
            var problems: [ReadingProblem] = []
            if let judging { reading.onRawEvent = { judging.judge($0, $1, $2) } }
            reading.rawLogs = Set(judged.map(\.log))
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
        let judging = RawJudging(assessor.judge)
        var reading = Reading()
        reading.onRawEvent = { judging.judge($0, $1, $2) }
        batch.streams += streams.passTime(into: &reading) { reading, source in
            for deployment in reading.deployments {
                assessor.assess(deployment, of: sources[source].name, now: now, &batch)
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
