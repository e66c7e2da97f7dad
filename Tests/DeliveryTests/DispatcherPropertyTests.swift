import Deployments
import PrometheusMetrics
import Sigma
import Synchronization
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(10))) struct DispatcherPropertyTests {
    /// SplitMix64, so that a failure can be had again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    /// What was covered so far: told, in a summary, refused.
    private final class Ledger: Sendable {
        let covered = Mutex<Set<String>>([])
        func cover(_ alert: Alert) {
            covered.withLock { covered in
                covered.insert(alert.id)
                covered.formUnion(alert.repeats?.ids ?? [])
            }
        }
    }

    private final class Letters: DeadLetterBox {
        let ledger: Ledger
        init(_ ledger: Ledger) { self.ledger = ledger }
        func put(_ alert: Alert, of output: String, because reason: String) async throws(DeliveryError) {
            ledger.cover(alert)
        }
    }

    @Test(arguments: 0..<60)
    func `whatever fails, what is high is told in order, and no position is ahead of it`(seed: UInt64) async throws {
        let random = Mutex(Generator(state: seed))
        @Sendable func chance(_ percent: Int) -> Bool {
            random.withLock { Int.random(in: 0..<100, using: &$0) < percent }
        }
        let failing = [0, 5, 30][Int(seed % 3)]
        let window: Duration = seed % 2 == 0 ? .zero : .seconds(60)
        let ledger = Ledger()
        let misplaced = Mutex<[String]>([])
        let known = Mutex<[Alert]>([])
        let lagLimit: Int64 = [10, 1_000_000][Int(seed / 2 % 2)]
        let store = MemoryStore(fails: { chance(failing) }) { _, position in
            let covered = ledger.covered.withLock { $0 }
            let missing = known.withLock { $0 }.filter {
                $0.sequence <= position && $0.level >= .high && !covered.contains($0.id)
            }
            if !missing.isEmpty { misplaced.withLock { $0 += missing.map { "\($0.id) at \(position)" } } }
        }
        while (try? await store.setPosition(0, of: "o")) == nil {}
        let sink = MemorySink(batchLimit: 1 + Int(seed % 7)) { alerts in
            let error: DeliveryError? =
                chance(failing)
                ? DeliveryError("busy", isTransient: true)
                : chance(failing / 2)
                    ? DeliveryError("no", isTransient: false)
                    : chance(failing)
                        ? DeliveryError(
                            "some",
                            isTransient: true,
                            failures: alerts.indices.filter { _ in chance(50) }.map {
                                .init(index: $0, "part", isTransient: chance(70))
                            }
                        ) : nil
            let failed = Set(error.map { $0.failures?.map(\.index) ?? Array(alerts.indices) } ?? [])
            for (index, alert) in alerts.enumerated() where !failed.contains(index) { ledger.cover(alert) }
            return error
        }
        let clock = SimulatedClock()
        let levels = Level.allCases
        // The program is killed now and then, and started again.
        for round in 0..<6 {
            let count = random.withLock { Int.random(in: 0..<60, using: &$0) }
            let added = (0..<count).map { _ in
                random.withLock { random in
                    (
                        levels[Int.random(in: 0..<levels.count, using: &random)],
                        "r\(Int.random(in: 0..<3, using: &random))", "g\(Int.random(in: 0..<3, using: &random))",
                        Int64.random(in: 1...3, using: &random)
                    )
                }
            }
            for (level, rule, group, gap) in added {
                let alert = store.add(level, rule: rule, group: group, gap: gap)
                known.withLock { $0.append(alert) }
            }
            var output = Output(name: "o", sink: sink, deadLetters: Letters(ledger))
            output.window = window
            output.lagLimit = lagLimit
            let metrics = DeliveryMetrics(MetricRegistry())
            let dispatcher = Dispatcher([output], store: store, clock: clock.clock, metrics: metrics) { _ in }
            let isKilled = round < 5 && chance(60)
            let steps = random.withLock { Int.random(in: 0..<200, using: &$0) }
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await dispatcher.run() }
                guard isKilled else { return dispatcher.finish() }
                for _ in 0..<steps { await Task.yield() }
                tasks.cancelAll()
            }
        }
        #expect(misplaced.withLock { $0 } == [])
        let covered = ledger.covered.withLock { $0 }
        // A summary names not more than so many.
        let missing = store.all.filter { $0.level >= .high && !covered.contains($0.id) }.map(\.id)
        #expect(missing == [])
        if failing == 0, window == .zero, lagLimit > 1_000 {
            var seen: Set<Int64> = []
            let first = sink.sequences.filter { seen.insert($0).inserted }
            #expect(first == store.all.map(\.sequence))
        }
    }
}
