import Deployments
import Judge
import Sigma
import Testing

/// Live correlations: order, lateness, restarts and bounds.
@Suite struct LiveCorrelatorTests {
    static let rules = """
        title: Web
        id: web-rule
        name: web
        logsource: {category: container_deployment}
        detection: {made: {container.name: web}, condition: made}
        ---
        title: Base
        name: base
        logsource: {category: container_deployment}
        detection: {made: {container.name: db}, condition: made}
        ---
        title: Three
        name: three
        correlation: {type: event_count, rules: [web], group-by: [user.name], timespan: 5m, condition: {gte: 3}}
        ---
        title: Three, then a base
        correlation:
            type: temporal_ordered
            rules: [three, base]
            group-by: [user.name]
            timespan: 10m
            generate: true
        ---
        title: Web, then a base
        correlation: {type: temporal_ordered, rules: [web, base], group-by: [user.name], timespan: 2m}
        """

    /// The ids that a scan of the same events gives.
    static func scanned(_ bench: Judge.Bench, _ events: [(String, String, Double)]) -> Set<String> {
        var correlator = Correlator(bench.correlations!)
        let judge = Judge(bench)
        var ids: Set<String> = []
        for (name, user, second) in events {
            judge.judge(DeploymentEvent(LiveTimeline.deployment(name, user, at: second))) { finding in
                _ = correlator.take(finding) { ids.insert($0.id) }
            }
        }
        correlator.finish { ids.insert($0.id) }
        return ids
    }

    @Test func `what is found is what a scan finds, whatever the order within the lateness`() throws {
        let events = [
            ("web", "mallory", 1_000.0), ("web", "mallory", 1_050), ("web", "mallory", 1_040), ("db", "mallory", 1_090),
            ("web", "alice", 1_095), ("db", "alice", 1_080),
        ]
        var timeline = try LiveTimeline(Self.rules)
        for (name, user, second) in events {
            #expect(timeline.take(name, by: user, at: second).allSatisfy { $0.memory != nil })
        }
        timeline.advance(to: 1_150)
        timeline.commit()
        // The lateness is not over for the last ones.
        #expect(timeline.memory.findings.count == 1)
        timeline.advance(to: 1_156)
        timeline.commit()
        #expect(timeline.memory.findings.count == 3)
        #expect(Set(timeline.memory.findings) == Self.scanned(timeline.bench, events))
    }

    @Test func `members are silent unless all that name them generate`() throws {
        var timeline = try LiveTimeline(Self.rules)
        #expect(timeline.take("web", at: 0).map(\.isTold) == [false])
        #expect(timeline.take("other", at: 0).isEmpty)
    }

    @Test func `what is late, or early, or at no time is counted and not to be remembered`() throws {
        var timeline = try LiveTimeline(Self.rules)
        timeline.take("web", at: 1_000)
        timeline.advance(to: 1_061)
        #expect(timeline.take("web", at: 999, now: 1_061).map(\.memory) == [nil])
        // Nothing was judged of after it: it is not too late, though the lateness is over.
        #expect(timeline.take("web", at: 1_000.5, now: 1_400).allSatisfy { $0.memory != nil })
        #expect(timeline.take("web", at: 1_400 + 86_401, now: 1_400).map(\.memory) == [nil])
        #expect(timeline.take("web", at: nil, now: 1_400).map(\.memory) == [nil])
        let counts = timeline.correlator.counts
        #expect([counts.late, counts.early, counts.timeless, counts.engine.taken] == [1, 1, 1, 2])
    }

    @Test func `a source that catches up is waited for`() throws {
        var timeline = try LiveTimeline(Self.rules)
        timeline.take("db", at: 5_000)
        timeline.advance(to: 5_100, readUpTo: 4_900)
        timeline.take("web", at: 4_950, now: 5_100)
        timeline.advance(to: 5_101, readUpTo: 5_050)
        timeline.commit()
        #expect(timeline.memory.findings.count == 1)
        #expect(timeline.correlator.counts.late == 0)
    }

    @Test func `a restart at any moment loses nothing and tells nothing twice`() throws {
        var generator = SeededGenerator(seed: 7)
        for round in 0..<30 {
            var events: [(name: String, user: String, at: Double, seen: Double)] = []
            var clock = 10_000.0
            for _ in 0..<120 {
                clock += Double.random(in: 0...60, using: &generator)
                let name = ["web", "web", "web", "db"].randomElement(using: &generator)!
                let user = ["mallory", "alice"].randomElement(using: &generator)!
                events.append((name, user, clock - Double.random(in: 0...50, using: &generator), clock))
            }
            var whole = try LiveTimeline(Self.rules)
            for event in events {
                whole.take(event.name, by: event.user, at: event.at, now: event.seen)
                whole.advance(to: event.seen)
            }
            whole.advance(to: clock + 100)
            whole.commit()
            #expect(whole.memory.findings.count > 3)

            var broken = try LiveTimeline(Self.rules)
            var next = 0
            // What was not remembered is read again.
            var restarts = 0
            while next < events.count {
                let batch = events[next..<min(next + Int.random(in: 1...4, using: &generator), events.count)]
                for event in batch {
                    broken.take(event.name, by: event.user, at: event.at, now: event.seen)
                    broken.advance(to: event.seen)
                }
                if Int.random(in: 0..<3, using: &generator) == 0, restarts < 60 {
                    restarts += 1
                    if Bool.random(using: &generator) {
                        broken.commit()
                        next += batch.count
                        broken.forget(at: batch.last!.seen - 60)
                    }
                    try broken.restart()
                } else {
                    broken.commit()
                    next += batch.count
                }
            }
            broken.advance(to: clock + 100)
            broken.commit()
            #expect(Set(broken.memory.findings) == Set(whole.memory.findings), "round \(round)")
            #expect(broken.memory.repeated == 0, "round \(round)")
        }
    }

    @Test func `without notes, what is found again has the id that it had`() throws {
        var timeline = try LiveTimeline(Self.rules)
        for second in [0.0, 10, 20] { timeline.take("web", at: 1_000 + second) }
        timeline.advance(to: 1_100)
        timeline.commit()
        var again = LiveCorrelator(try #require(timeline.bench.correlations))
        // The kind stands behind the version.
        for entry in timeline.memory.entries.values where entry.bytes[1] == 1 { try again.recall(entry.bytes) }
        var found: [String] = []
        again.advance(to: LiveTimeline.time(1_100)) { found.append($0.id) }
        #expect(found.count == 1 && Set(found) == Set(timeline.memory.findings))
    }

    @Test func `rules that are gone, or ask for more, are passed over and counted`() throws {
        var timeline = try LiveTimeline(Self.rules)
        timeline.take("web", at: 1_000)
        timeline.take("db", at: 1_001)
        timeline.advance(to: 1_100)
        timeline.commit()
        var library = RuleLibrary()
        library.add(
            Self.rules.replacing("id: web-rule", with: "id: another"),
            file: "rules.yml"
        )
        try timeline.restart(try Judge.Bench(correlating: library))
        timeline.advance(to: 1_101)
        #expect(timeline.correlator.counts.engine.taken == 1)
        #expect(timeline.correlator.counts.forgotten >= 1)

        var asking = RuleLibrary()
        asking.add(Self.rules.replacing("group-by: [user.name]", with: "group-by: [source.ip]"), file: "rules.yml")
        try timeline.restart(try Judge.Bench(correlating: asking))
        timeline.advance(to: 1_101)
        #expect(timeline.correlator.counts.engine.taken == 0)
        #expect(timeline.correlator.counts.forgotten >= 2)
    }

    @Test(arguments: [
        ([], "it is empty"), ([2, 1], "its version is 2, and 1 is known here"), ([1, 9], "it is damaged at byte 2"),
        ([1, 1, 255, 255, 255, 127], "it is damaged at byte 2"),
    ])
    func `bytes that are none of it are refused`(bytes: [UInt8], message: String) throws {
        var timeline = try LiveTimeline(Self.rules)
        timeline.take("web", at: 1_000)
        var correlator = timeline.correlator
        #expect(throws: CorrelationMemoryError.self) { try correlator.recall(bytes) }
        do { try correlator.recall(bytes) } catch { #expect(error.description == message) }
    }

    @Test func `memory that is cut or changed is refused or read, and never trusted for its lengths`() throws {
        var timeline = try LiveTimeline(Self.rules)
        let memory = try #require(timeline.take("web", at: 1_000).first?.memory)
        var generator = SeededGenerator(seed: 3)
        for length in 0..<memory.count {
            var correlator = timeline.correlator
            #expect(throws: CorrelationMemoryError.self) { try correlator.recall(Array(memory[..<length])) }
        }
        for _ in 0..<2_000 {
            var changed = memory
            changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            var correlator = timeline.correlator
            _ = try? correlator.recall(changed)
            correlator.advance(to: LiveTimeline.time(2_000)) { _ in }
        }
    }

    @Test func `a flood stays within bounds, and what goes is counted`() throws {
        let timeline = try LiveTimeline(Self.rules)
        let limits = CorrelationLimits(groups: 50, events: 10_000, waiting: 100)
        var correlator = LiveCorrelator(try #require(timeline.bench.correlations), limits: limits)
        let judge = Judge(timeline.bench)
        for index in 0..<2_000 {
            let deployment = LiveTimeline.deployment("web", "user-\(index)", at: 1_000 + Double(index) / 1_000)
            judge.judge(DeploymentEvent(deployment)) { finding in
                _ = correlator.take(finding, now: LiveTimeline.time(1_002)) { _ in }
            }
        }
        #expect(correlator.counts.engine.hurried == 1_900)
        #expect(correlator.counts.kept <= 100 + 2 * 50)
        #expect(correlator.counts.engine.evictedGroups == 2 * (1_900 - 50))
    }
}
