import Deployments
import Testing

@testable import Judge

@Suite struct CorrelatedEventsTests {
    private func event(_ number: Int64) -> CorrelationSummary.Event {
        .init(findingID: "f\(number)", rule: "r", time: Timestamp(microseconds: number), log: nil)
    }

    @Test func `events are numbered as they come, and the oldest go first`() {
        var events = CorrelatedEvents(limit: 1_000)
        let first = (0..<700).map { events.add(event($0), at: $0) }
        #expect(first == Array(0..<700))
        #expect(events.count == 700)
        events.forget(before: 650)
        #expect(events.count == 50)
        // Round the ring, and beyond what it held first.
        let rest = (700..<3_000).map { events.add(event($0), at: $0) }
        #expect(rest == Array(700..<3_000))
        #expect(events.count == 1_000)
        events.forget(before: 2_999)
        #expect(events.count == 1)
        events.forget(before: .max)
        #expect(events.count == 0)
        let last = events.add(event(3_000), at: 0)
        #expect(last == 3_000)
    }
}
