import Deployments
import Sigma
import Testing

@testable import Delivery

@Suite struct GroupingTests {
    @Test func `the first is told at once, those behind it once the window closes`() {
        var grouping = Grouping(window: .seconds(60))
        #expect(grouping.take(.sample(1), at: .zero)?.sequence == 1)
        #expect(grouping.take(.sample(2), at: .seconds(10)) == nil)
        #expect(grouping.take(.sample(3), at: .seconds(20)) == nil)
        #expect(grouping.close(at: .seconds(59)) == [])
        #expect(grouping.oldestHeld == 2)
        var summary = Alert.sample(3)
        summary.repeats = Alert.Repeats(count: 2, first: Alert.sample(2).time, ids: ["id-2", "id-3"])
        #expect(grouping.close(at: .seconds(60)) == [summary])
        #expect(grouping.oldestHeld == nil)
    }

    @Test func `what goes on is told once a window, and what stopped is told at once again`() {
        var grouping = Grouping(window: .seconds(60))
        var told: [Int64] = []
        for second in 0..<300 {
            told += grouping.close(at: .seconds(second)).map(\.sequence)
            if let alert = grouping.take(.sample(Int64(second)), at: .seconds(second)) { told.append(alert.sequence) }
        }
        #expect(told == [0, 59, 119, 179, 239])
        // The open window's rest, an empty window, and then one that is new.
        #expect(grouping.close(at: .seconds(300)).map(\.sequence) == [299])
        #expect(grouping.close(at: .seconds(360)) == [])
        #expect(grouping.nextClosing == nil)
        #expect(grouping.take(.sample(400), at: .seconds(400))?.sequence == 400)
    }

    @Test func `other rules, groups and levels are told by themselves, and critical ones always`() {
        var grouping = Grouping(window: .seconds(60))
        let alerts: [Alert] = [
            .sample(1), .sample(2, rule: "s"), .sample(3, group: "h"), .sample(4, .low), .sample(5, .critical),
            .sample(6, .critical),
        ]
        #expect(alerts.compactMap { grouping.take($0, at: .zero)?.sequence } == [1, 2, 3, 4, 5, 6])
        #expect(grouping.take(.sample(7), at: .zero) == nil)
    }

    @Test func `one that was held is told as it is`() {
        var grouping = Grouping(window: .seconds(60))
        _ = grouping.take(.sample(1), at: .zero)
        _ = grouping.take(.sample(2), at: .zero)
        #expect(grouping.close(at: .seconds(60)) == [.sample(2)])
    }

    @Test func `memory is bounded by closing windows early`() {
        var grouping = Grouping(window: .seconds(3_600), capacity: 3)
        for index in 1...8 {
            _ = grouping.take(.sample(Int64(index * 2), group: "\(index)"), at: .zero)
            _ = grouping.take(.sample(Int64(index * 2 + 1), group: "\(index)"), at: .zero)
            #expect(grouping.close(at: .zero).map(\.sequence) == (index > 3 ? [Int64((index - 3) * 2 + 1)] : []))
        }
        #expect(grouping.heldCount == 3)
        var small = Grouping(window: .seconds(3_600), byteCapacity: 200)
        _ = small.take(.sample(1), at: .zero)
        _ = small.take(.sample(2), at: .zero)
        #expect(small.close(at: .zero) == [])
        _ = small.take(.sample(3, group: "h"), at: .zero)
        _ = small.take(.sample(4, group: "h"), at: .zero)
        _ = small.take(.sample(5, group: "i"), at: .zero)
        _ = small.take(.sample(6, group: "i"), at: .zero)
        #expect(small.close(at: .zero).map(\.sequence) == [2])
    }

    @Test func `no window holds nothing`() {
        var grouping = Grouping(window: .zero)
        #expect((1...3).compactMap { grouping.take(.sample($0), at: .zero) }.count == 3)
        #expect(grouping.nextClosing == nil)
    }
}
