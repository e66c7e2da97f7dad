import Foundation
import Sigma
import SigmaTesting
import Testing

/// What an engine keeps: what comes too late, what is put out of mind and counted, what survives a restart.
struct CorrelationMemoryTests {
    typealias Step = Correlations.Step

    private static func run(
        _ body: String,
        _ limits: CorrelationLimits = .init(),
        lateness: Int64 = 0
    ) -> Correlations.Run {
        let documents = Correlations.documents(Correlations.document("x", body))
        return Correlations.Run(Correlations.plan(documents, limits), lateness: lateness)
    }

    private static let count = "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 3}"

    @Test func `events out of order within the lateness count, later ones are told and counted`() {
        var run = Self.run(Self.count, lateness: 5)
        let receipts = [20, 15, 17, 14, 25, 20, 19].map { run.tell(Step("a", $0, ["u": "x"])) }
        #expect(receipts == [.taken, .taken, .taken, .late, .taken, .taken, .late])
        run.finish()
        #expect(run.lines == ["x@20 [\"x\"] 4: [1, 2, 0, 5]"])
        #expect(run.engine.counts.late == 2 && run.engine.counts.taken == 5)
    }

    @Test func `a match is told as soon as nothing earlier is waited for`() {
        var run = Self.run(Self.count, lateness: 5)
        for second in Int64(0)..<3 { run.tell(Step("a", second, ["u": "x"])) }
        run.tell(Step("b", 100))
        #expect(run.lines == [])
        run.engine.advance(to: 7_000_000_000) { run.told.append($0) }
        #expect(run.lines == [])
        run.engine.advance(to: 7_000_000_001) { run.told.append($0) }
        #expect(run.lines == ["x@2 [\"x\"] 3: [0, 1, 2]"])
        #expect(run.tell(Step("b", 8)) == .uncorrelated)
        #expect(run.tell(Step("a", 2, ["u": "x"])) == .late)
    }

    @Test func `an event of a time to come does not make others late`() {
        var run = Self.run(Self.count, lateness: 5)
        let future = CorrelationEvent(rule: 0, id: 7, time: .max, values: [["x"]])
        #expect(run.engine.receive(future, now: 1_000_000_000) { _ in } == .early)
        #expect(run.tell(Step("a", 1, ["u": "x"])) == .taken)
        #expect(run.engine.counts.early == 1)
    }

    @Test func `times at either end of the range are no trap`() {
        var run = Self.run(Self.count, lateness: 5)
        for time in [Int64.min, .min + 1, .max, .max] {
            run.engine.receive(.init(rule: 0, id: 1, time: time, values: [["x"]])) { _ in }
        }
        run.finish()
        run.engine.advance(to: .min) { _ in }
        run.engine.advance(to: .max) { _ in }
        #expect(run.engine.counts.taken == 4)
    }

    @Test func `of too many groups the one that was quiet longest goes, and is counted`() {
        var run = Self.run(Self.count, CorrelationLimits(groups: 2))
        for (second, user) in [(0, "x"), (1, "x"), (2, "y"), (3, "z"), (4, "x"), (5, "z"), (6, "z")] {
            run.tell(Step("a", Int64(second), ["u": .text(user)]))
        }
        run.finish()
        #expect(run.lines == ["x@6 [\"z\"] 3: [3, 5, 6]"])
        #expect(run.engine.counts.evictedGroups == 2)
        #expect(run.engine.counts.evictedEvents == 3)
    }

    @Test func `of too many events in a group the oldest goes, of too many in all a group`() {
        var run = Self.run(
            "type: value_sum, rules: [a], group-by: [u], timespan: 1h, condition: {gte: 9, field: v}",
            CorrelationLimits(eventsPerGroup: 3, events: 5)
        )
        for (second, value) in [9, 1, 2, 3, 4].enumerated() {
            run.tell(Step("a", Int64(second), ["u": "x", "v": .integer(Int64(value))]))
        }
        run.finish()
        #expect(run.lines == ["x@0 [\"x\"] 9: [0]"])
        #expect(run.engine.counts.evictedEvents == 2 && run.engine.size == 3)
        for second in Int64(5)..<8 { run.tell(Step("a", second, ["u": "y", "v": 1])) }
        run.finish()
        #expect(run.engine.counts.evictedEvents == 5 && run.engine.counts.evictedGroups == 1)
        #expect(run.engine.size == 3)
    }

    @Test func `of too many waiting the earliest are judged without waiting`() {
        var run = Self.run(Self.count, CorrelationLimits(waiting: 4), lateness: 1_000_000)
        for second in Int64(0)..<6 { run.tell(Step("a", second, ["u": "x"])) }
        #expect(run.engine.counts.hurried == 2)
        #expect(run.tell(Step("a", 1, ["u": "x"])) == .late)
        run.finish()
        #expect(run.lines == ["x@2 [\"x\"] 3: [0, 1, 2]"])
    }

    @Test func `a match names the newest events and counts all`() {
        var run = Self.run(
            "type: event_count, rules: [a], timespan: 1h, condition: {gte: 5}",
            CorrelationLimits(namedEvents: 2)
        )
        for second in Int64(0)..<5 { run.tell(Step("a", second)) }
        run.finish()
        #expect(run.lines == ["x@4 [] 5: [3, 4]"])
        #expect(run.told.map(\.eventCount) == [5])
    }

    @Test func `long and many values are cut, and counted`() {
        var run = Self.run("type: value_count, rules: [a], group-by: [u], timespan: 1h, condition: {gte: 1, field: v}")
        run.tell(Step("a", 0, ["u": .text(String(repeating: "é", count: 1 << 18)), "v": 1]))
        run.tell(Step("a", 1, ["u": "x", "v": .list((0..<1_000).map { .integer($0) })]))
        run.tell(Step("a", 2, ["u": .list((0..<60).map { .integer($0) }), "v": .list((0..<60).map { .integer($0) })]))
        run.finish()
        #expect(run.told.allSatisfy { $0.group[0].utf8.count < 600 })
        #expect(run.engine.counts.shortened == 1)
        #expect(run.engine.counts.cut == 1)
        #expect(run.engine.size == 1 + 64 + 60 * 60)
    }

    @Test func `memory is flat over time, whatever comes`() {
        for body in [
            Self.count, "type: temporal, rules: [a, b], group-by: [u], timespan: 10s",
            "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s",
            "type: value_sum, rules: [a], group-by: [u], timespan: 10s, condition: {lt: 0, field: n}",
        ] {
            var run = Self.run(body, CorrelationLimits(groups: 50, eventsPerGroup: 20, events: 200))
            var most = 0
            for second in 0..<3_000 {
                for rule in Correlations.rules {
                    run.tell(Step(rule, Int64(second / 9), ["u": .integer(Int64(second % 97)), "n": .integer(1)]))
                }
                most = max(most, run.engine.size)
            }
            #expect(most > 20 && most <= 200 + 27, "\(body): \(most)")
            run.engine.advance(to: 1_000_000_000_000) { _ in }
            #expect(run.engine.size == 0, "\(body)")
        }
    }

    @Test func `state of a changed correlation or rule is forgotten, and that is counted`() throws {
        var run = Self.run(Self.count, lateness: 1)
        for second in Int64(0)..<3 { run.tell(Step("a", second, ["u": "x"])) }
        let state = run.engine.state
        let other = Self.run(Self.count.replacing("gte: 3", with: "gte: 4")).plan
        let changed = CorrelationEngine(other, continuing: state)
        #expect(changed.counts.forgotten == 1)
        let third = Self.run("type: event_count, rules: [a], group-by: [w], timespan: 10s, condition: {gte: 3}").plan
        #expect(CorrelationEngine(third, continuing: state).counts.forgotten == 1 + 2)
    }

    @Test func `state that is no state of the correlation is not taken up`() throws {
        var run = Self.run("type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s")
        for second in Int64(0)..<3 { run.tell(Step("a", second, ["u": "x"])) }
        let json = String(decoding: try JSONEncoder().encode(run.engine.state), as: UTF8.self)
        #expect(json.contains("\"key\":[\"x\"]"))
        for (good, bad) in [("\"key\":[\"x\"]", "\"key\":[]"), ("\"ways\":[", "\"ways\":[null,")] {
            let changed = Data(json.replacing(good, with: bad).utf8)
            let state = try JSONDecoder().decode(CorrelationState.self, from: changed)
            var engine = CorrelationEngine(run.plan, continuing: state)
            #expect(engine.counts.forgotten == 1)
            engine.receive(.init(rule: 1, id: 9, time: 5_000_000_000, values: [["x"]])) { _ in }
            engine.finish { _ in }
        }
    }
}
