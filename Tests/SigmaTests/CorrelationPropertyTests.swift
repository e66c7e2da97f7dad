import Foundation
import Sigma
import SigmaTesting
import Testing

/// The engine beside a slow oracle, on random events that come out of order, and through restarts.
struct CorrelationPropertyTests {
    private typealias Oracle = CorrelationOracle

    private static let conditions: [(Correlation.Kind, String)] = [
        (.eventCount, "{gte: 3}"), (.eventCount, "{gt: 1, lte: 4}"), (.eventCount, "{lt: 3}"),
        (.eventCount, "{neq: 2}"),
        (.valueCount, "{gte: 3, field: v}"), (.valueCount, "{eq: 2, field: v}"), (.valueSum, "{gt: 6, field: v}"),
        (.valueSum, "{lt: 0, field: v}"), (.valueAverage, "{gte: 1.5, field: v}"), (.valueMedian, "{gt: 1, field: v}"),
        (.valueMedian, "{lte: -1, field: v}"), (.valuePercentile, "{lte: 25, field: v}"), (.temporal, ""),
        (.temporal, "{gte: 2}"), (.temporalOrdered, ""), (.temporalOrdered, "{gte: 2}"), (.temporalOrdered, "{eq: 2}"),
    ]

    private static func events(_ random: inout HostileInputTests.Random) -> [Oracle.Event] {
        (0..<Int.random(in: 1...60, using: &random)).map { id in
            Oracle.Event(
                id: Int64(id),
                member: Int.random(in: 0...2, using: &random),
                time: Int64.random(in: 0...40, using: &random),
                group: ["x", "x", "y", nil].randomElement(using: &random) ?? nil,
                value: [-2, -1, 0, 1, 2, 3, nil].randomElement(using: &random) ?? nil
            )
        }
    }

    /// The order in which events come that are late by at most that much.
    private static func arrival(
        _ events: [Oracle.Event],
        _ lateness: Int64,
        _ random: inout HostileInputTests.Random
    ) -> [Oracle.Event] {
        let delayed = events.map { ($0, $0.time + Int64.random(in: 0...lateness, using: &random)) }
        return delayed.shuffled(using: &random).sorted { $0.1 < $1.1 }.map(\.0)
    }

    private static func event(_ event: Oracle.Event, _ plan: CorrelationPlan) -> CorrelationEvent {
        let fields = ["u": event.group, "v": event.value.map { "\(Int($0))" }]
        return CorrelationEvent(
            rule: event.member,
            id: event.id,
            time: event.time * 1_000_000_000,
            values: plan.fields[event.member].map { fields[$0].flatMap { $0 }.map { [$0] } ?? [] }
        )
    }

    /// What the engine tells; with restarts, it is encoded and decoded between any two events.
    private static func told(
        _ plan: CorrelationPlan,
        _ arrival: [Oracle.Event],
        _ lateness: Int64,
        restarting: Bool
    ) throws -> [CorrelationMatch] {
        var engine = CorrelationEngine(plan, lateness: .seconds(lateness))
        var told: [CorrelationMatch] = []
        for event in arrival {
            let receipt = engine.receive(Self.event(event, plan)) { told.append($0) }
            #expect(receipt == .taken)
            if restarting {
                let state = engine.state
                let decoded = try JSONDecoder().decode(CorrelationState.self, from: JSONEncoder().encode(state))
                #expect(decoded == state)
                engine = CorrelationEngine(plan, lateness: .seconds(lateness), continuing: decoded)
                #expect(engine.state == state)
            }
        }
        engine.finish { told.append($0) }
        #expect(engine.counts.late == 0 && engine.counts.evictedEvents == 0 && engine.counts.forgotten == 0)
        return told
    }

    @Test(arguments: conditions.indices)
    func `the engine tells what the oracle tells, in whatever order events come`(_ index: Int) throws {
        let (kind, condition) = Self.conditions[index]
        let body =
            "type: \(kind.rawValue), rules: [a, b, c], group-by: [u], timespan: 7s"
            + (condition.isEmpty ? "" : ", condition: \(condition)")
        let plan = Correlations.plan(Correlations.documents(Correlations.document("x", body)))
        let correlation = try #require(plan.correlations.first)
        let oracle = Oracle(kind: kind, span: 7, bounds: correlation.bounds, members: 3)
        var random = HostileInputTests.Random(state: UInt64(index) + 1)
        var matches = 0
        for round in 0..<120 {
            let events = Self.events(&random)
            let lateness = Int64.random(in: 0...12, using: &random)
            let arrival = Self.arrival(events, lateness, &random)
            let told = try Self.told(plan, arrival, lateness, restarting: round % 10 == 0)
            let wanted = oracle.holdings(events).filter { !$0.isRepeat }
            matches += wanted.count
            let lines = told.map { "\($0.time / 1_000_000_000) \($0.group) \($0.figure)" }.sorted()
            #expect(lines == wanted.map { "\($0.time) \([$0.group]) \($0.figure)" }.sorted(), "\(arrival)")
            for match in told {
                let same = wanted.first { [$0.group] == match.group && $0.time == match.time / 1_000_000_000 }
                let ids = same?.ids ?? []
                #expect(match.eventCount == match.events.count)
                if kind.isTemporal {
                    // Of each rule one event is enough.
                    let named = match.events.map { id in events.first { $0.id == id } }
                    #expect(Set(named.map { $0?.member }).count == Int(match.figure))
                    #expect(Set(match.events).isSubset(of: ids))
                    if kind == .temporalOrdered {
                        let order = named.compactMap { $0.map { [$0.time, Int64($0.member)] } }
                        #expect(order == order.sorted { $0[1] < $1[1] } && order == order.sorted { $0[0] < $1[0] })
                    }
                } else {
                    #expect(Set(match.events) == ids)
                }
            }
        }
        #expect(matches > 20, "\(matches)")
    }

    @Test(arguments: [Correlation.Kind.temporalOrdered, .temporal, .eventCount])
    func `a chain tells what two oracles tell, one on the other`(_ kind: Correlation.Kind) throws {
        let over =
            "type: \(kind.rawValue), rules: [low, c], group-by: [u], timespan: 9s"
            + (kind == .eventCount ? ", condition: {gte: 3}" : "")
        let under = "type: event_count, rules: [a, b], group-by: [u], timespan: 4s, condition: {gte: 2}"
        let plan = Correlations.plan(
            Correlations.documents(Correlations.document("top", over), Correlations.document("low", under))
        )
        let bounds = plan.correlations.map(\.bounds)
        #expect(plan.correlations.map(\.title) == ["low", "top"])
        let low = Oracle(kind: .eventCount, span: 4, bounds: bounds[0], members: 2)
        let top = Oracle(kind: kind, span: 9, bounds: bounds[1], members: 2)
        var random = HostileInputTests.Random(state: 99)
        var matches = 0
        for round in 0..<200 {
            let events = Self.events(&random)
            let lateness = Int64.random(in: 0...6, using: &random)
            let arrival = Self.arrival(events, lateness, &random)
            let told = try Self.told(plan, arrival, lateness, restarting: round % 10 == 0)
            let below = low.holdings(events.filter { $0.member < 2 }).filter { !$0.isRepeat || kind.isTemporal }
            let direct = events.filter { $0.member == 2 }
            let fed =
                below.map { Oracle.Event(id: -1, member: 0, time: $0.time, group: $0.group) }
                + direct.map { Oracle.Event(id: $0.id, member: 1, time: $0.time, group: $0.group) }
            let wanted = top.holdings(fed).filter { !$0.isRepeat }
            matches += wanted.count
            let lines = told.map { "\($0.time / 1_000_000_000) \($0.group) \($0.figure)" }.sorted()
            #expect(lines == wanted.map { "\($0.time) \([$0.group]) \($0.figure)" }.sorted(), "\(arrival)")
        }
        #expect(matches > 20, "\(matches)")
    }
}
