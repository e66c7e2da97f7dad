package import Delivery
internal import Deployments
internal import KubernetesAPI
package import Ledger
internal import PrometheusMetrics
internal import Synchronization

/// Tells again what a receiver has refused, once it was mended.
package struct Resending: Sendable {
    /// What became of the letters.
    package struct Outcome: Sendable, Equatable {
        /// Told now, each finding once.
        package var told = 0
        /// Refused again, and kept with the new reason.
        package var refused = 0
        /// Of findings that the ledger has forgotten, and so kept as they are.
        package var forgotten = 0
        /// Not told within the time, and so kept as they are.
        package var left = 0
        /// Lines that were no letters.
        package var unreadable = 0
    }

    private let output: WatchedOutput
    private let ledger: Ledger
    private let environment: [String: String]

    package init(_ output: WatchedOutput, from ledger: Ledger, environment: [String: String]) {
        var output = output
        // What was refused had passed the filter, and is told one by one.
        output.configuration.filter = AlertFilter()
        output.configuration.window = .zero
        output.configuration.lagLimit = .max
        self.output = output
        self.ledger = ledger
        self.environment = environment
    }

    /// Tells all letters, as long as there is time.
    ///
    /// - Parameter tell: is told how the output does; must not wait.
    /// - Throws: ``DeliveryError`` where the letters or the output cannot be used, and what the ledger does.
    package func run(within time: Duration, tell: @escaping @Sendable (DeliveryEvent) -> Void) async throws -> Outcome {
        let taken = try TakenDeadLetters(from: output.configuration.deadLetters)
        var outcome = Outcome(unreadable: taken.unreadable)
        var kept: [TakenDeadLetters.Letter] = []
        var alerts: [Alert] = []
        var sequences: [String: Int64] = [:]
        for letter in taken.letters where sequences[letter.finding] == nil {
            if let finding = try await finding(letter.finding) {
                let sequence = Int64(alerts.count + 1)
                alerts.append(Alert(finding, sequence: sequence))
                sequences[letter.finding] = sequence
            } else {
                outcome.forgotten += 1
                kept.append(letter)
            }
        }
        let letters = Letters(alerts)
        let refused = Mutex(0)
        try await send(letters, within: time) { event in
            switch event {
            case .refused: refused.withLock { $0 += 1 }
            case .refusedTogether(_, let count, _): refused.withLock { $0 += count }
            default: break
            }
            tell(event)
        }
        let told = letters.position
        var isKept: Set<String> = []
        for letter in taken.letters {
            guard let sequence = sequences[letter.finding], sequence > told, isKept.insert(letter.finding).inserted
            else { continue }
            kept.append(letter)
        }
        outcome.left = isKept.count
        outcome.refused = refused.withLock { $0 }
        outcome.told = alerts.count - outcome.left - outcome.refused
        try await taken.settle(keeping: kept)
        return outcome
    }

    /// The finding of an id; nil where the ledger does not know it any more.
    private func finding(_ id: String) async throws -> FindingEntry? {
        do throws(LedgerError) {
            return try await ledger.details(ofFinding: id).stored.finding
        } catch {
            guard error.reason == .invalid else { throw error }
            return nil
        }
    }

    private func send(
        _ letters: Letters,
        within time: Duration,
        _ tell: @escaping @Sendable (DeliveryEvent) -> Void
    ) async throws {
        guard !letters.isEmpty else { return }
        try await OutputTasks.withCluster(of: output) { kubernetes in
            try await Outputs.opened(
                [output.configuration],
                kubernetes: kubernetes,
                environment: environment
            ) { outputs in
                let metrics = DeliveryMetrics(MetricRegistry())
                let dispatcher = Dispatcher(outputs, store: letters, metrics: metrics, tell: tell)
                dispatcher.finish()
                await withTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { await dispatcher.run() }
                    tasks.addTask { try? await Task.sleep(for: time) }
                    await tasks.next()
                    tasks.cancelAll()
                }
            }
        }
    }

    /// The letters as the queue of the one output that tells them.
    private final class Letters: AlertStore {
        private let alerts: [Alert]
        private let told = Mutex<Int64>(0)

        init(_ alerts: [Alert]) { self.alerts = alerts }

        var isEmpty: Bool { alerts.isEmpty }
        /// Up to there all are told, or refused again.
        var position: Int64 { told.withLock { $0 } }

        func alerts(after sequence: Int64, limit: Int) -> [Alert] {
            Array(alerts.dropFirst(Int(sequence)).prefix(limit))
        }

        func position(of output: String) -> Int64? { position }

        func setPosition(_ sequence: Int64, of output: String) { told.withLock { $0 = sequence } }

        func newest() -> Int64 { Int64(alerts.count) }
    }
}
