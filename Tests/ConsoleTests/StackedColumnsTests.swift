import Deployments
import Testing

@testable import Console

@Suite struct StackedColumnsTests {
    private static func starts(_ count: Int) -> [Timestamp] {
        (0..<count).map { Timestamp(microseconds: TestConsole.now.microseconds + Int64($0) * 3_600_000_000) }
    }

    @Test func `parts stand on each other, in proportion to what they count`() {
        let picture = StackedColumns(
            id: "p",
            title: "t",
            starts: Self.starts(2),
            series: [.init(name: "a", counts: [3, 0]), .init(name: "b", counts: [1, 2])]
        )
        // Four at most, on a plot of 150 from 8 on.
        #expect(picture.bars.map(\.y) == [45.5, 8, 83])
        #expect(picture.bars.map(\.height) == [112.5, 37.5, 75])
        #expect(picture.bars.map(\.colour) == ["c0", "c1", "c1"])
        #expect(picture.lines.map(\.text) == ["0", "2", "4"])
        #expect(picture.keys.map(\.total) == [3, 3])
        #expect(picture.rows.map(\.counts) == [[3, 1], [0, 2]])
        #expect(picture.bars[0].text == "2026-09-21 14:13:20 UTC: 3 a")
    }

    @Test func `what has more parts than colours is gathered, and nothing is lost`() {
        let series = (0..<10).map { StackedColumns.Series(name: "s\($0)", counts: [1, 10]) }
        let picture = StackedColumns(id: "p", title: "t", starts: Self.starts(2), series: series)
        #expect(picture.keys.map(\.name) == ["s0", "s1", "s2", "s3", "s4", "s5", "other"])
        #expect(picture.keys.map(\.total).reduce(0, +) == 110)
        #expect(picture.lines.map(\.text) == ["0", "50", "100"])
    }

    @Test func `nothing is drawn where nothing is counted`() {
        let series = [StackedColumns.Series(name: "a", counts: [0, 0])]
        let picture = StackedColumns(id: "p", title: "t", starts: Self.starts(2), series: series)
        #expect(picture.isEmpty)
        #expect(picture.bars.isEmpty && picture.lines.isEmpty && picture.rows.isEmpty)
        #expect(StackedColumns(id: "p", title: "t", starts: [], series: []).isEmpty)
    }
}
