internal import PrometheusMetrics
internal import Sigma
internal import Synchronization

/// One output's task: reads what is behind its position, and moves the position behind what is told.
final class OutputDelivery: Sendable {
    private struct Wishes {
        var isFinishing = false
        var isReopening = false
    }

    let output: Output
    private let store: any AlertStore
    private let clock: DeliveryClock
    private let metrics: DeliveryMetrics
    private let counters: DeliveryMetrics.Counters
    private let sender: AlertSender
    private let tell: @Sendable (DeliveryEvent) -> Void
    private let retry: Retry
    private let bell = Bell()
    private let wishes = Mutex(Wishes())

    /// Alerts may come from another process, which rings no bell here.
    private static let patience = Duration.seconds(5)
    /// Most alerts that are read at once.
    private static let pageLimit = 256

    /// Where it stands; only its own task has it.
    private struct Place {
        var read: Int64
        /// As the store knows it.
        var kept: Int64
        var grouping: Grouping

        /// Everything up to here is told, or is not to be.
        var told: Int64 { min(read, (grouping.oldestHeld ?? .max) - 1) }
    }

    init(
        _ output: Output,
        store: any AlertStore,
        clock: DeliveryClock,
        metrics: DeliveryMetrics,
        jitter: @escaping @Sendable () -> Double,
        tell: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        self.output = output
        self.store = store
        self.clock = clock
        self.metrics = metrics
        self.tell = tell
        counters = metrics.counters(of: output.name)
        retry = Retry(output.retry, clock: clock, jitter: jitter)
        sender = AlertSender(output, counters: counters, metrics: metrics, retry: retry, tell: tell) {
            if let newest = try? await store.newest() { metrics.set(newest: newest, of: output.name) }
        }
    }

    func wake() { bell.ring() }

    func finish() {
        wishes.withLock { $0.isFinishing = true }
        bell.ring()
    }

    func reopen() {
        wishes.withLock { $0.isReopening = true }
        bell.ring()
    }

    func prepare() async throws {
        guard try await store.position(of: output.name) == nil else { return }
        try await store.setPosition(try await store.newest(), of: output.name)
    }

    func run() async {
        // Only cancellation ends it before its time.
        try? await follow()
        await output.sink.close()
    }

    private func follow() async throws {
        let start = try await persistently {
            try await self.prepare()
            return try await self.store.position(of: self.output.name) ?? 0
        }
        var place = Place(read: start, kept: start, grouping: Grouping(window: output.window))
        while true {
            try Task.checkCancellation()
            let wishes = self.wishes.withLock { wishes in
                defer { wishes.isReopening = false }
                return wishes
            }
            if wishes.isReopening { await reopenSink() }
            let hasRead = try await step(&place)
            if hasRead { continue }
            if wishes.isFinishing {
                try await send(place.grouping.close(at: clock.elapsed(), isLast: true), &place)
                return
            }
            await wait(until: place.grouping.nextClosing)
        }
    }

    /// Reads a page, tells it and what windows held back, and moves on.
    ///
    /// - Returns: whether there was anything to read.
    private func step(_ place: inout Place) async throws -> Bool {
        let after = place.read
        let limit = min(max(output.sink.batchLimit, 1), Self.pageLimit)
        let (page, newest) = try await persistently {
            let page = try await self.store.alerts(after: after, limit: limit)
            return (page, try await self.store.newest())
        }
        metrics.set(newest: newest, told: place.told, of: output.name)
        var dropped = 0
        var batch: [Alert] = []
        let now = clock.elapsed()
        for alert in page {
            place.read = max(place.read, alert.sequence)
            if alert.level < .high, newest - alert.sequence >= output.lagLimit {
                dropped += 1
            } else if !output.filter.takes(alert) || !output.sink.concerns(alert) {
                counters.filtered.increment()
            } else if let told = place.grouping.take(alert, at: now) {
                batch.append(told)
            } else {
                counters.grouped.increment()
            }
        }
        if dropped > 0 {
            counters.dropped.increment(by: UInt64(dropped))
            tell(.dropped(output: output.name, count: dropped))
        }
        // What was held back is older than what was just read.
        try await send(place.grouping.close(at: now) + batch, &place)
        metrics.set(newest: newest, told: place.told, of: output.name)
        return !page.isEmpty
    }

    private func send(_ alerts: [Alert], _ place: inout Place) async throws {
        try await sender.send(alerts)
        // The position is moved once for all of them: it never passes one that is not told.
        let told = place.told
        guard told > place.kept else { return }
        try await persistently { try await self.store.setPosition(told, of: self.output.name) }
        place.kept = told
    }

    private func reopenSink() async {
        do throws(DeliveryError) {
            try await output.sink.reopen()
        } catch {
            // Writing says it again, and tries again.
            tell(.failed(output: output.name, error, again: .zero))
        }
    }

    private func wait(until closing: Duration?) async {
        let patience = closing.map { min(max(.zero, $0 - clock.elapsed()), Self.patience) } ?? Self.patience
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.bell.wait() }
            tasks.addTask { try? await self.clock.sleep(patience) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Asks the store until it answers.
    ///
    /// - Throws: `CancellationError` alone.
    private func persistently<Result>(_ body: () async throws -> Result) async throws -> Result {
        var waits = retry.begun()
        while true {
            do {
                return try await body()
            } catch {
                try Task.checkCancellation()
                tell(.storeFailed(output: output.name, reason: "\(error)"))
                try await waits.wait()
            }
        }
    }
}
