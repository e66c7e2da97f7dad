import Delivery
import Deployments
import Sigma
import Synchronization

/// A ledger in memory, which can be made to fail.
final class MemoryStore: AlertStore {
    struct Failure: Error {}

    private struct State {
        var alerts: [Alert] = []
        var positions: [String: Int64] = [:]
        var moves: [(output: String, position: Int64)] = []
    }

    private let state = Mutex(State())
    /// Called before each access; whether it fails.
    let fails: @Sendable () -> Bool
    /// Called with each move of a position.
    let onMove: @Sendable (String, Int64) -> Void

    init(
        fails: @escaping @Sendable () -> Bool = { false },
        onMove: @escaping @Sendable (String, Int64) -> Void = { _, _ in }
    ) {
        self.fails = fails
        self.onMove = onMove
    }

    func add(_ alerts: [Alert]) { state.withLock { $0.alerts += alerts } }

    /// Adds one alert behind the others.
    @discardableResult
    func add(_ level: Level = .high, rule: String = "r", group: String = "g", gap: Int64 = 1) -> Alert {
        state.withLock { state in
            let alert = Alert.sample((state.alerts.last?.sequence ?? 0) + gap, level, rule: rule, group: group)
            state.alerts.append(alert)
            return alert
        }
    }

    var all: [Alert] { state.withLock { $0.alerts } }

    func alerts(after sequence: Int64, limit: Int) async throws -> [Alert] {
        if fails() { throw Failure() }
        return state.withLock { Array($0.alerts.lazy.filter { $0.sequence > sequence }.prefix(limit)) }
    }

    func position(of output: String) async throws -> Int64? {
        if fails() { throw Failure() }
        return state.withLock { $0.positions[output] }
    }

    func setPosition(_ sequence: Int64, of output: String) async throws {
        if fails() { throw Failure() }
        onMove(output, sequence)
        state.withLock { $0.positions[output] = sequence }
    }

    func newest() async throws -> Int64 {
        if fails() { throw Failure() }
        return state.withLock { $0.alerts.last?.sequence ?? 0 }
    }
}

extension Alert {
    /// An alert of that place in the ledger.
    static func sample(
        _ sequence: Int64,
        _ level: Level = .high,
        rule: String = "r",
        group: String = "g",
        title: String = "Privileged container",
        sentence: String = "alice created a privileged container",
        fields: [String: String] = ["user.name": "alice"]
    ) -> Alert {
        let ecs = #"{"@timestamp":"2026-11-30T06:00:00.000000Z","tidewaiter":{"finding":{"id":"id-\#(sequence)"}}}"#
        return Alert(
            sequence: sequence,
            id: "id-\(sequence)",
            time: Timestamp(microseconds: 1_764_482_400_000_000 + sequence * 1_000_000),
            level: level,
            ruleID: rule,
            title: title,
            sentence: sentence,
            group: group,
            fields: fields,
            ecs: Array(ecs.utf8)
        )
    }
}

/// A clock on which whoever sleeps makes the time pass, so that hours take no time.
final class SimulatedClock: Sendable {
    private let time = Mutex(Duration.zero)
    static let start: Int64 = 1_764_482_400

    var elapsed: Duration { time.withLock { $0 } }

    func advance(by length: Duration) { time.withLock { $0 += length } }

    var clock: DeliveryClock {
        DeliveryClock(
            now: {
                let (seconds, attoseconds) = self.elapsed.components
                return Timestamp(microseconds: (Self.start + seconds) * 1_000_000 + attoseconds / 1_000_000_000_000)
            },
            elapsed: { self.elapsed },
            sleep: { length in
                try Task.checkCancellation()
                self.advance(by: length)
                await Task.yield()
            }
        )
    }
}

/// A sink in memory, which can be made to fail.
final class MemorySink: AlertSink {
    let batchLimit: Int
    private let batches = Mutex<[[Alert]]>([])
    private let answer: @Sendable ([Alert]) -> DeliveryError?

    /// - Parameter answer: what is thrown for alerts; those that it does not name were told.
    init(batchLimit: Int = 10, answer: @escaping @Sendable ([Alert]) -> DeliveryError? = { _ in nil }) {
        self.batchLimit = batchLimit
        self.answer = answer
    }

    var told: [[Alert]] { batches.withLock { $0 } }
    var sequences: [Int64] { told.flatMap { $0 }.map(\.sequence) }

    func send(_ alerts: [Alert]) async throws(DeliveryError) {
        guard let error = answer(alerts) else { return batches.withLock { $0.append(alerts) } }
        if let failures = error.failures {
            let rest = alerts.indices.filter { index in !failures.contains { $0.index == index } }.map { alerts[$0] }
            if !rest.isEmpty { batches.withLock { $0.append(rest) } }
        }
        throw error
    }
}

/// Dead letters in memory.
final class MemoryDeadLetters: DeadLetterBox {
    private let letters = Mutex<[(id: String, reason: String)]>([])

    var all: [(id: String, reason: String)] { letters.withLock { $0 } }
    var ids: [String] { all.map(\.id) }

    func put(_ alert: Alert, of output: String, because reason: String) async throws(DeliveryError) {
        letters.withLock { $0.append((alert.id, reason)) }
    }
}

/// What the program was told.
final class Told: Sendable {
    private let events = Mutex<[DeliveryEvent]>([])
    var all: [DeliveryEvent] { events.withLock { $0 } }
    func tell(_ event: DeliveryEvent) { events.withLock { $0.append(event) } }
}
