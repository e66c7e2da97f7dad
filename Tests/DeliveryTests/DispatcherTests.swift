import Deployments
import PrometheusMetrics
import Sigma
import Synchronization
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(10))) struct DispatcherTests {
    /// Runs outputs until everything in the store is told.
    private func deliver(
        _ outputs: [Output],
        from store: MemoryStore,
        clock: SimulatedClock = SimulatedClock(),
        told: Told = Told(),
        registry: MetricRegistry = MetricRegistry()
    ) async throws {
        let dispatcher = Dispatcher(
            outputs,
            store: store,
            clock: clock.clock,
            metrics: DeliveryMetrics(registry),
            jitter: { 1 },
            tell: told.tell
        )
        dispatcher.finish()
        await dispatcher.run()
    }

    /// A store in which the output is known from the start.
    private func store(of names: String...) async throws -> MemoryStore {
        let store = MemoryStore()
        for name in names { try await store.setPosition(0, of: name) }
        return store
    }

    @Test func `alerts are told in order and in batches, and the position is behind the last`() async throws {
        let store = try await store(of: "o")
        for _ in 0..<25 { store.add() }
        let sink = MemorySink(batchLimit: 10)
        try await deliver([Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())], from: store)
        #expect(sink.sequences == Array(1...25))
        #expect(sink.told.map(\.count) == [10, 10, 5])
        #expect(try await store.position(of: "o") == 25)
    }

    @Test func `an output that is new begins behind what was found before`() async throws {
        let store = MemoryStore()
        store.add()
        let sink = MemorySink()
        let output = Output(name: "new", sink: sink, deadLetters: MemoryDeadLetters())
        let dispatcher = Dispatcher([output], store: store, metrics: DeliveryMetrics(MetricRegistry())) { _ in }
        try await dispatcher.prepare()
        store.add()
        dispatcher.finish()
        await dispatcher.run()
        #expect(sink.sequences == [2])
    }

    @Test func `only what an output is to tell is told`() async throws {
        let store = try await store(of: "o")
        store.add(.low)
        store.add(.high, rule: "no")
        store.add(.high)
        store.add(.medium)
        let sink = MemorySink()
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.filter.minimumLevel = .medium
        output.filter.excludedRules = ["no"]
        try await deliver([output], from: store)
        #expect(sink.sequences == [3, 4])
        #expect(try await store.position(of: "o") == 4)
    }

    @Test func `techniques are read from the record, sub-techniques with them`() {
        var filter = AlertFilter()
        filter.techniques = ["T1610", "T1611.001"]
        var alert = Alert.sample(1)
        for (techniques, isTaken) in [(#"["T1610"]"#, true), (#"["T1610.002"]"#, true), (#"["T1611"]"#, false)] {
            alert.ecs = Array(#"{"threat":{"technique":{"id":\#(techniques)}}}"#.utf8)
            #expect(filter.takes(alert) == isTaken)
        }
    }

    @Test func `waits grow between tries, and a longer one that is asked for is kept to`() async throws {
        let store = try await store(of: "o")
        store.add()
        let clock = SimulatedClock()
        let tries = Mutex<[Duration]>([])
        let sink = MemorySink { _ in
            tries.withLock { tries in
                tries.append(clock.elapsed)
                guard tries.count < 7 else { return nil }
                let retryAfter: Duration? = tries.count == 5 ? .seconds(100) : nil
                return DeliveryError("busy", isTransient: true, retryAfter: retryAfter)
            }
        }
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.retry.longest = .seconds(8)
        let told = Told()
        try await deliver([output], from: store, clock: clock, told: told)
        #expect(tries.withLock { $0 } == [0, 1, 3, 7, 15, 115, 123].map { Duration.seconds($0) })
        #expect(sink.sequences == [1])
        #expect(told.all.last == .recovered(output: "o"))
    }

    @Test func `what is refused for good is found among others, kept, and holds up nobody`() async throws {
        let store = try await store(of: "o")
        for _ in 0..<20 { store.add() }
        let sink = MemorySink { alerts in
            alerts.contains { $0.sequence == 7 || $0.sequence == 8 }
                ? DeliveryError("no", isTransient: false) : nil
        }
        let letters = MemoryDeadLetters()
        let registry = MetricRegistry()
        let output = Output(name: "o", sink: sink, deadLetters: letters)
        try await deliver([output], from: store, registry: registry)
        #expect(sink.sequences == (1...20).filter { $0 != 7 && $0 != 8 })
        #expect(letters.ids == ["id-7", "id-8"])
        #expect(try await store.position(of: "o") == 20)
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(text.contains(#"tidewaiter_output_alerts_delivered_total{output="o"} 18"#))
        #expect(text.contains(#"tidewaiter_output_alerts_dead_lettered_total{output="o"} 2"#))
        #expect(text.contains(#"tidewaiter_output_lag_alerts{output="o"} 0"#))
    }

    @Test func `of a batch only those that were not told are sent again`() async throws {
        let store = try await store(of: "o")
        for _ in 0..<4 { store.add() }
        let count = Mutex(0)
        let sink = MemorySink { _ in
            guard
                count.withLock({
                    $0 += 1; return $0
                }) == 1
            else { return nil }
            return DeliveryError(
                "some",
                isTransient: true,
                failures: [.init(index: 1, "busy", isTransient: true), .init(index: 2, "no", isTransient: false)]
            )
        }
        let letters = MemoryDeadLetters()
        try await deliver([Output(name: "o", sink: sink, deadLetters: letters)], from: store)
        #expect(sink.told.map { $0.map(\.sequence) } == [[1, 4], [2]])
        #expect(letters.ids == ["id-3"])
    }

    @Test func `a receiver that does not say which it refuses is told of once, and one that warns is told of`()
        async throws
    {
        let store = try await store(of: "o")
        for _ in 0..<4 { store.add() }
        let sink = MemorySink { alerts in
            alerts.contains { $0.sequence == 1 }
                ? DeliveryError(
                    "some",
                    isTransient: false,
                    failures: alerts.indices.map { .init(index: $0, "some", isTransient: false) }
                ) : DeliveryError("hm", isTransient: false, failures: [])
        }
        let letters = MemoryDeadLetters()
        let told = Told()
        let output = Output(name: "o", sink: sink, deadLetters: letters)
        try await deliver([output], from: store, told: told)
        for _ in 0..<2 { store.add() }
        try await deliver([output], from: store, told: told)
        #expect(letters.ids == ["id-1", "id-2", "id-3", "id-4"])
        #expect(
            told.all == [
                .refusedTogether(output: "o", count: 4, reason: "some"), .warned(output: "o", warning: "hm"),
            ]
        )
        #expect(try await store.position(of: "o") == 6)
    }

    @Test func `an output too far behind passes over what is below high, and nothing else`() async throws {
        let store = try await store(of: "o")
        for index in 0..<100 { store.add(index % 10 == 0 ? .high : index % 10 == 1 ? .critical : .medium) }
        let sink = MemorySink()
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.lagLimit = 20
        let told = Told()
        let registry = MetricRegistry()
        try await deliver([output], from: store, told: told, registry: registry)
        let wanted = store.all.filter { $0.level >= .high || $0.sequence > 80 }.map(\.sequence)
        #expect(sink.sequences == wanted)
        let dropped = told.all.reduce(0) { if case .dropped(_, let count) = $1 { $0 + count } else { $0 } }
        #expect(dropped == 64)
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(text.contains(#"tidewaiter_output_alerts_dropped_total{output="o"} 64"#))
    }

    @Test func `what is held back is told when its window closes, and the position waits for it`() async throws {
        let clock = SimulatedClock()
        let moves = Mutex<[Int64]>([])
        let store = MemoryStore(onMove: { _, position in moves.withLock { $0.append(position) } })
        try await store.setPosition(0, of: "o")
        for _ in 0..<5 { store.add() }
        store.add(group: "other")
        let sink = MemorySink()
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.window = .seconds(600)
        let metrics = DeliveryMetrics(MetricRegistry())
        let dispatcher = Dispatcher([output], store: store, clock: clock.clock, metrics: metrics) { _ in }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await dispatcher.run() }
            while sink.told.count < 2 { await Task.yield() }
            dispatcher.finish()
        }
        #expect(sink.told.map { $0.map(\.sequence) } == [[1, 6], [5]])
        #expect(sink.told[1][0].repeats?.count == 4)
        #expect(sink.told[1][0].repeats?.ids == ["id-2", "id-3", "id-4", "id-5"])
        #expect(clock.elapsed >= .seconds(600))
        #expect(moves.withLock { $0 } == [0, 1, 6])
    }

    @Test func `what is held back when the program ends is told first`() async throws {
        let store = try await store(of: "o")
        for _ in 0..<3 { store.add() }
        let sink = MemorySink()
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.window = .seconds(600)
        try await deliver([output], from: store)
        #expect(sink.sequences == [1, 3])
        #expect(try await store.position(of: "o") == 3)
    }

    @Test func `what was held back when the program was killed is told after`() async throws {
        let store = try await store(of: "o")
        for _ in 0..<3 { store.add() }
        let sink = MemorySink()
        var output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        output.window = .seconds(600)
        let metrics = DeliveryMetrics(MetricRegistry())
        // Real time: the window does not close.
        let dispatcher = Dispatcher([output], store: store, metrics: metrics) { _ in }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await dispatcher.run() }
            while (try? await store.position(of: "o")) != 1 { await Task.yield() }
            tasks.cancelAll()
        }
        #expect(sink.sequences == [1])
        try await deliver([output], from: store)
        #expect(sink.sequences == [1, 2, 3])
    }

    @Test func `a ring wakes an output at once`() async throws {
        let store = try await store(of: "o")
        let sink = MemorySink()
        let output = Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())
        // On this clock nobody wakes by himself.
        var clock = DeliveryClock.system
        clock.sleep = { _ in try await Task.sleep(for: .seconds(3_600)) }
        let dispatcher = Dispatcher([output], store: store, clock: clock, metrics: DeliveryMetrics(MetricRegistry())) {
            _ in
        }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await dispatcher.run() }
            for count in 1...50 {
                store.add()
                dispatcher.wake()
                while sink.sequences.count < count { await Task.yield() }
            }
            dispatcher.finish()
        }
        #expect(sink.sequences == Array(1...50))
    }

    @Test func `a webhook that is dead for an hour loses nothing that is high, and holds up nobody`() async throws {
        let clock = SimulatedClock()
        let store = try await store(of: "dead", "alive")
        let isFound = Mutex(false)
        let dead = MemorySink(batchLimit: 1) { _ in
            let isAlive = isFound.withLock { $0 } && clock.elapsed >= .seconds(3_600)
            return isAlive ? nil : DeliveryError("no answer", isTransient: true)
        }
        let alive = MemorySink()
        let registry = MetricRegistry()
        var webhook = Output(name: "dead", sink: dead, deadLetters: MemoryDeadLetters())
        webhook.lagLimit = 50
        let file = Output(name: "alive", sink: alive, deadLetters: MemoryDeadLetters())
        let told = Told()
        let dispatcher = Dispatcher(
            [webhook, file],
            store: store,
            clock: clock.clock,
            metrics: DeliveryMetrics(registry),
            tell: told.tell
        )
        var toldWhileDead = 0
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await dispatcher.run() }
            // Detection goes on, and waits for no output.
            for index in 0..<600 {
                store.add(index % 3 == 0 ? .high : .low)
                dispatcher.wake()
            }
            while alive.sequences.count < 600 { await Task.yield() }
            toldWhileDead = dead.sequences.count
            isFound.withLock { $0 = true }
            dispatcher.finish()
        }
        #expect(alive.sequences == Array(1...600))
        #expect(toldWhileDead == 0)
        let high = store.all.filter { $0.level >= .high }.map(\.sequence)
        #expect(dead.sequences.filter { high.contains($0) } == high)
        #expect(dead.sequences == dead.sequences.sorted())
        #expect(dead.sequences.count < 600)
        #expect(clock.elapsed >= .seconds(3_600))
        #expect(told.all.contains(.recovered(output: "dead")))
        #expect(try await store.position(of: "dead") == 600)
    }

    @Test func `a dead letter that cannot be kept is not lost`() async throws {
        final class Full: DeadLetterBox {
            let tries = Mutex(0)
            func put(_ alert: Alert, of output: String, because reason: String) async throws(DeliveryError) {
                guard
                    tries.withLock({
                        $0 += 1; return $0
                    }) > 3
                else {
                    throw DeliveryError("disk full", isTransient: true)
                }
            }
        }
        let store = try await store(of: "o")
        store.add()
        let full = Full()
        let sink = MemorySink { _ in DeliveryError("no", isTransient: false) }
        let told = Told()
        try await deliver([Output(name: "o", sink: sink, deadLetters: full)], from: store, told: told)
        #expect(full.tries.withLock { $0 } == 4)
        let refused = DeliveryEvent.refused(output: "o", finding: "id-1", reason: "no")
        #expect(Array(told.all.suffix(2)) == [.recovered(output: "o"), refused])
        #expect(try await store.position(of: "o") == 1)
    }
}
