@testable import LiveIntake
import Testing

@Suite struct DockerEventsCursorTests {
    private static func event(_ time: Int64, _ id: String = "a", _ action: String = "create") -> DockerEvent {
        DockerEvent(bytes: [], timeNano: time, id: id, type: "container", action: action)
    }

    private static func passed(_ cursor: inout DockerEventsCursor, _ events: DockerEvent...) -> [Bool] {
        events.map { cursor.pass($0) }
    }

    @Test func `an event is passed once, by time, id and action`() {
        var cursor = DockerEventsCursor(timeNano: 1_000_000_000)
        let passed = Self.passed(
            &cursor,
            Self.event(1_000_000_000),
            Self.event(1_000_000_000),
            Self.event(1_000_000_000, "b"),
            Self.event(1_000_000_000, "a", "start"),
            Self.event(2_000_000_000)
        )
        #expect(passed == [true, false, true, true, true])
        #expect(cursor.timeNano == 2_000_000_000)
    }

    @Test func `one that is stamped a little earlier is not lost, and not told twice`() {
        var cursor = DockerEventsCursor(timeNano: 0)
        let passed = Self.passed(&cursor, Self.event(500_000_000), Self.event(499_000_000, "b"))
        #expect(passed == [true, true])
        #expect(cursor.since == 400_000_000)
        let again = Self.passed(&cursor, Self.event(499_000_000, "b"), Self.event(500_000_000))
        #expect(again == [false, false])
    }

    @Test func `a clock that is set back is followed`() {
        var cursor = DockerEventsCursor(timeNano: 9_000_000_000)
        let passed = Self.passed(&cursor, Self.event(5_000_000_000))
        #expect(passed == [true])
        #expect(cursor.timeNano == 5_000_000_000)
    }

    @Test func `its text is read again, and what is none is no cursor`() throws {
        var cursor = DockerEventsCursor(timeNano: 0)
        _ = cursor.pass(Self.event(1_795_479_009_783_201_605, "a\"b"))
        #expect(cursor.text == #"{"timeNano":1795479009783201605,"seen":["1795479009783201605 a\"b create"]}"#)
        #expect(DockerEventsCursor(cursor.text) == cursor)
        for text in ["", "{}", "7", #"{"timeNano":-1}"#, #"{"timeNano":"x"}"#] {
            #expect(DockerEventsCursor(text) == nil)
        }
        #expect(DockerEventsCursor.parameter(1_795_479_009_003_201_605) == "1795479009.003201605")
        #expect(DockerEventsCursor.parameter(5) == "0.000000005")
    }

    @Test func `what is kept of a moment is bounded`() {
        var cursor = DockerEventsCursor(timeNano: 0)
        for number in 0..<10_000 { _ = cursor.pass(Self.event(1_000_000_000, "c\(number)")) }
        #expect(cursor.seen.count == 4_096)
        _ = cursor.pass(Self.event(3_000_000_000))
        #expect(cursor.seen.count == 1)
    }

    @Test(arguments: [
        (DockerGap.Kept(count: 3, oldest: 5), DockerGap.Extent.closed), (.init(count: 3, oldest: 10), .closed),
        (.init(count: 256, oldest: 11), .overrun), (.init(count: 255, oldest: 11), .restarted), (.init(), .restarted),
    ])
    func `how far the kept events reach tells what became of the gap`(kept: DockerGap.Kept, extent: DockerGap.Extent) {
        #expect(DockerGap.extent(of: kept, since: DockerEventsCursor(timeNano: 10)) == extent)
    }

    @Test func `an inspection becomes the last member of its event, on the same line`() {
        let event = DockerEvent(
            bytes: Array(#"{"Type":"container"} "#.utf8),
            timeNano: 0,
            id: "a",
            type: "container",
            action: "create"
        )
        let record = event.record(with: Array("{\n\"Id\": 1}\n".utf8))
        #expect(String(decoding: record, as: UTF8.self) == #"{"Type":"container","inspect":{ "Id": 1} }"#)
        #expect(event.record(with: nil) == event.bytes)
    }
}
