import Deployments
import Dialects
@testable import Intake
import Testing

@Suite struct LineFramingTests {
    // Pieces of one, two and many bytes: a record must not depend on where the reads fall.
    @Test(arguments: [1, 2, 7, .max])
    func `lines end with LF or CRLF, blank ones are no records, the last needs no end`(_ pieceBytes: Int) {
        let source = MemorySource("one\ntwo\r\n\n \t\r\n\r\n  three\nfour".utf8, pieceBytes: pieceBytes)
        #expect(
            records(.lines, source).records == [
                Record("one", 0), Record("two", 4), Record("  three", 16), Record("four", 24),
            ]
        )
    }

    @Test func `a carriage return within a line stays`() {
        #expect(records(.lines, MemorySource("a\rb\nc".utf8)).records == [Record("a\rb", 0), Record("c", 4)])
    }

    @Test(arguments: ["", "\n", "\n\r\n \n"])
    func `nothing is no record`(_ text: String) {
        #expect(records(.lines, MemorySource(text.utf8)).records == [])
    }

    @Test(arguments: [1, 1_000, .max])
    func `a line over the limit is lent cut, and the next one is whole`(_ pieceBytes: Int) {
        let long = String(repeating: "x", count: 5_000)
        let source = MemorySource("a\n\(long)\nb\n\(long)".utf8, pieceBytes: pieceBytes)
        let cut = String(repeating: "x", count: 1_024)
        #expect(
            records(.lines, source, maximumRecordBytes: 1_024).records == [
                Record("a", 0), Record(cut, 2, [.oversized]), Record("b", 5_003), Record(cut, 5_005, [.oversized]),
            ]
        )
    }

    @Test func `a line of just the limit is whole`() {
        let line = String(repeating: "x", count: 1_024)
        let source = MemorySource("\(line)\r\n\(line)".utf8)
        #expect(
            records(.lines, source, maximumRecordBytes: 1_024).records == [Record(line, 0), Record(line, 1_026)]
        )
    }

    @Test func `lines across the buffer's border keep their bytes and their places`() {
        let lines = (0..<300_000).map { "line \($0) " + String(repeating: "y", count: $0 % 37) + "." }
        let found = records(.lines, MemorySource(lines.joined(separator: "\n").utf8, pieceBytes: 65_537)).records
        #expect(found.count == lines.count)
        var offset = 0
        for (record, line) in zip(found, lines) {
            guard record == Record(line, offset) else {
                Issue.record("\(record) where \(line) at \(offset) was expected")
                return
            }
            offset += line.utf8.count + 1
        }
    }

    @Test func `a line of 50 MB costs bounded memory, and only itself`() throws {
        var framer = Framer(.lines, path: "test", maximumRecordBytes: 1 << 20)
        var found: [Record] = []
        let source = RepeatingSource("x", count: 50 << 20, tail: "\nnext\n")
        try framer.run(source) { found.append(Record($0)) }
        #expect(found.map(\.offset) == [0, (50 << 20) + 1])
        #expect(found.map(\.text.utf8.count) == [1 << 20, 4])
        #expect(found.map(\.defects) == [[.oversized], []])
        #expect(framer.capacity < 5 << 20)
    }

    @Test func `what a failing source gave before its failure is lent, the last line as cut`() {
        let (found, failure) = records(.lines, MemorySource("one\ntw".utf8, failure: IntakeError("it broke")))
        #expect(found == [Record("one", 0), Record("tw", 4, [.truncated])])
        #expect(failure == IntakeError("it broke (after byte 6)"))
    }
}

@Suite struct WholeFileFramingTests {
    @Test func `a file is one record, however it is read`() {
        let text = String(repeating: "kind: Pod\n", count: 500_000)
        let (found, _) = records(.wholeFile, MemorySource(text.utf8, pieceBytes: 99_991), maximumRecordBytes: 8 << 20)
        #expect(found == [Record(String(text.dropLast()), 0)])
    }

    @Test func `a file over the limit is lent cut, once, in bounded memory`() throws {
        var framer = Framer(.wholeFile, path: "test", maximumRecordBytes: 1 << 20)
        var found: [Record] = []
        try framer.run(RepeatingSource("x", count: 64 << 20)) { found.append(Record($0)) }
        #expect(found.map(\.text.utf8.count) == [1 << 20])
        #expect(found.map(\.defects) == [[.oversized]])
        #expect(framer.capacity < 5 << 20)
    }

    @Test func `an empty file is no record`() {
        #expect(records(.wholeFile, MemorySource(" \n".utf8)).records == [])
    }
}
