import Deployments
import Judge
import Testing

/// Clocks that jump: nothing is lost, and nothing is told twice.
@Suite struct LiveCorrelatorClockTests {
    private static let hour = 3_600.0
    private static let start = 1_000_000.0

    private func timeline() throws -> LiveTimeline { try LiveTimeline(LiveCorrelatorTests.rules) }

    @Test func `a clock that is set back an hour has its events go on where they were`() throws {
        var timeline = try timeline()
        timeline.take("web", at: Self.start)
        timeline.take("web", at: Self.start + 10)
        timeline.advance(to: Self.start + 80)
        // Twenty seconds later the same clock says an hour less, and so do its events.
        timeline.advance(to: Self.start + 100 - Self.hour)
        timeline.take("web", at: Self.start + 101 - Self.hour)
        timeline.advance(to: Self.start + 200 - Self.hour)
        timeline.commit()
        #expect(timeline.correlator.counts.setbacks == 1)
        #expect(timeline.correlator.counts.late == 0)
        // The third belongs to the first two.
        #expect(timeline.memory.findings.count == 1)
        timeline.take("db", at: Self.start + 210 - Self.hour)
        timeline.advance(to: Self.start + 300 - Self.hour)
        timeline.commit()
        #expect(timeline.memory.findings.count == 3)
        #expect(timeline.memory.repeated == 0)
    }

    @Test func `events of other clocks stay what they are when one's own is set back`() throws {
        var timeline = try timeline()
        timeline.take("web", at: Self.start)
        timeline.advance(to: Self.start + 61)
        timeline.advance(to: Self.start + 62 - Self.hour)
        timeline.take("web", at: Self.start + 63, now: Self.start + 63 - Self.hour)
        timeline.take("web", at: Self.start + 64, now: Self.start + 64 - Self.hour)
        timeline.take("db", at: Self.start + 65, now: Self.start + 65 - Self.hour)
        timeline.advance(to: Self.start + 130 - Self.hour)
        timeline.commit()
        #expect(timeline.memory.findings.count == 3)
        #expect(timeline.correlator.counts.late == 0 && timeline.correlator.counts.early == 0)
    }

    @Test func `a clock that runs far ahead and is mended loses nothing`() throws {
        let century = 100 * 365 * 86_400.0
        for hasEvents in [false, true] {
            var timeline = try timeline()
            timeline.take("web", at: Self.start)
            timeline.advance(to: Self.start + 1)
            timeline.advance(to: Self.start + 2 + century)
            if hasEvents {
                timeline.take("other", at: Self.start + 3 + century)
                timeline.take("web", by: "alice", at: Self.start + 4 + century)
            }
            timeline.advance(to: Self.start + 70 + century)
            timeline.take("web", at: Self.start + 71)
            timeline.take("web", at: Self.start + 72)
            timeline.take("db", at: Self.start + 75)
            timeline.advance(to: Self.start + 140)
            timeline.commit()
            #expect(timeline.correlator.counts.setbacks == 1)
            #expect(timeline.correlator.counts.late == 0 && timeline.correlator.counts.early == 0)
            // With an event of the wrong time, the first is a century before the others.
            #expect(timeline.memory.findings.count == (hasEvents ? 1 : 3))
        }
    }

    @Test func `a machine that slept goes on`() throws {
        var timeline = try timeline()
        timeline.take("web", at: Self.start)
        timeline.take("web", at: Self.start + 1)
        timeline.advance(to: Self.start + 8 * Self.hour)
        // The source that was read late has one of before the sleep.
        timeline.take("web", at: Self.start + 2, now: Self.start + 8 * Self.hour)
        timeline.take("db", at: Self.start + 3, now: Self.start + 8 * Self.hour)
        timeline.advance(to: Self.start + 8 * Self.hour + 61)
        timeline.commit()
        #expect(timeline.memory.findings.count == 3)
    }

    @Test func `a clock that was set back is known after a restart`() throws {
        var timeline = try timeline()
        timeline.take("web", at: Self.start)
        timeline.take("web", at: Self.start + 10)
        timeline.advance(to: Self.start + 80)
        timeline.advance(to: Self.start + 100 - Self.hour)
        timeline.commit()
        try timeline.restart()
        timeline.take("web", at: Self.start + 101 - Self.hour)
        timeline.take("db", at: Self.start + 102 - Self.hour)
        timeline.advance(to: Self.start + 200 - Self.hour)
        timeline.commit()
        #expect(timeline.memory.findings.count == 3)
        #expect(timeline.correlator.counts.late == 0)
    }
}
