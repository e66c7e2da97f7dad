internal import PrometheusMetrics

/// Sends alerts until each is told, or refused for good and kept among the dead letters.
struct AlertSender: Sendable {
    private let output: Output
    private let counters: DeliveryMetrics.Counters
    private let metrics: DeliveryMetrics
    private let retry: Retry
    private let tell: @Sendable (DeliveryEvent) -> Void
    /// Is called after each failure, so that what is measured does not stand still.
    private let measure: @Sendable () async -> Void

    init(
        _ output: Output,
        counters: DeliveryMetrics.Counters,
        metrics: DeliveryMetrics,
        retry: Retry,
        tell: @escaping @Sendable (DeliveryEvent) -> Void,
        measure: @escaping @Sendable () async -> Void
    ) {
        self.output = output
        self.counters = counters
        self.metrics = metrics
        self.retry = retry
        self.tell = tell
        self.measure = measure
    }

    /// Returns once all of them are told or kept.
    ///
    /// - Throws: `CancellationError` alone.
    func send(_ alerts: [Alert]) async throws {
        let limit = max(1, output.sink.batchLimit)
        var start = 0
        while start < alerts.count {
            let end = min(start + limit, alerts.count)
            try await sendWhole(Array(alerts[start..<end]))
            start = end
        }
    }

    /// A stretch of alerts, the next of which is last, so that halves are sent in order.
    private func sendWhole(_ alerts: [Alert]) async throws {
        var stretches = [alerts]
        var waits = retry.begun()
        var hasFailed = false
        while let stretch = stretches.popLast() {
            do throws(DeliveryError) {
                try await output.sink.send(stretch)
                counters.delivered.increment(by: UInt64(stretch.count))
                if hasFailed { recovered() }
                hasFailed = false
                waits = retry.begun()
            } catch {
                try Task.checkCancellation()
                let rest = try await rest(of: stretch, after: error)
                stretches += rest.stretches
                guard let failure = rest.failure else { continue }
                hasFailed = true
                try await wait(&waits, after: failure)
            }
        }
        // A refusal is an answer, too.
        if hasFailed { recovered() }
    }

    /// What of a stretch is to be sent again, the next one last, and what has to be waited for.
    private func rest(
        of stretch: [Alert],
        after error: DeliveryError
    ) async throws -> (stretches: [[Alert]], failure: DeliveryError?) {
        if let failures = error.failures { return try await rest(of: stretch, failures, after: error) }
        if error.isTransient { return ([stretch], error) }
        // The receiver does not say which of them it refuses: their halves will tell.
        guard stretch.count == 1 else {
            let half = stretch.count / 2
            return ([Array(stretch[half...]), Array(stretch[..<half])], nil)
        }
        try await bury(stretch[0], error.description)
        tell(.refused(output: output.name, finding: stretch[0].id, reason: error.description))
        return ([], nil)
    }

    private func rest(
        of stretch: [Alert],
        _ failures: [DeliveryError.Failure],
        after error: DeliveryError
    ) async throws -> (stretches: [[Alert]], failure: DeliveryError?) {
        let failures = failures.filter { stretch.indices.contains($0.index) }
        counters.delivered.increment(by: UInt64(max(0, stretch.count - failures.count)))
        if failures.isEmpty { tell(.warned(output: output.name, warning: error.description)) }
        let refused = failures.filter { !$0.isTransient }
        for failure in refused { try await bury(stretch[failure.index], failure.description) }
        if refused.count > 1, Set(refused.map(\.description)).count == 1 {
            // A receiver that does not say which it refuses is told of once.
            tell(.refusedTogether(output: output.name, count: refused.count, reason: refused[0].description))
        } else {
            for failure in refused {
                let finding = stretch[failure.index].id
                tell(.refused(output: output.name, finding: finding, reason: failure.description))
            }
        }
        let again = failures.filter(\.isTransient).map { stretch[$0.index] }
        return again.isEmpty ? ([], nil) : ([again], error)
    }

    /// Keeps an alert that was refused; waits while it cannot be kept.
    private func bury(_ alert: Alert, _ reason: String) async throws {
        var waits = retry.begun()
        var hasFailed = false
        while true {
            do throws(DeliveryError) {
                try await output.deadLetters.put(alert, of: output.name, because: reason)
                counters.deadLettered.increment()
                if hasFailed { recovered() }
                return
            } catch {
                try Task.checkCancellation()
                hasFailed = true
                try await wait(&waits, after: error)
            }
        }
    }

    private func wait(_ waits: inout Retry.Waits, after error: DeliveryError) async throws {
        let length = waits.length(atLeast: error.retryAfter)
        counters.retried.increment()
        metrics.set(isFailing: true, of: output.name)
        tell(.failed(output: output.name, error, again: length))
        await measure()
        try await waits.sleep(length)
    }

    private func recovered() {
        metrics.set(isFailing: false, of: output.name)
        tell(.recovered(output: output.name))
    }
}
