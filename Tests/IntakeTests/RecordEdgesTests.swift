import Deployments
import Dialects
@testable import Intake
import Testing

@Suite struct RecordEdgesTests {
    private func withoutNULs(_ text: String) -> (record: Record?, count: Int) {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 64)
        return unsafe bytes.withUnsafeBytes { memory in
            let lent = unsafe UnsafeRawBufferPointer(rebasing: memory[..<text.utf8.count])
            let (record, count) = unsafe RawRecord(bytes: lent, position: .init(path: "test", offset: 100))
                .withoutLeadingNULs()
            return (record.map { Record($0) }, count)
        }
    }

    @Test func `NULs before a record are counted and passed over`() {
        let nuls = String(repeating: "\0", count: 500)
        #expect(withoutNULs(nuls + "{}") == (Record("{}", 600), 500))
        #expect(withoutNULs(nuls) == (nil, 500))
        #expect(withoutNULs("{}") == (Record("{}", 100), 0))
    }

    @Test func `the few that a journal's binary field begins with are its own`() {
        #expect(withoutNULs("\0\0\0\0\0\0\0x") == (Record("\0\0\0\0\0\0\0x", 100), 0))
    }

    @Test(arguments: [Framing.lines, .jsonDocuments, .wholeFile])
    func `the mark that UTF-8 text may begin with is no part of a record`(_ framing: Framing) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("marked.log", "\u{FEFF}{\"a\":1}\n{\"b\":2}\n".utf8)
        var found: [Record] = []
        try LogFile(path: path).forEachRecord(framing, maximumRecordBytes: 1_024) { found.append(Record($0)) }
        let whole = [Record("{\"a\":1}\n{\"b\":2}", 3)]
        #expect(found == (framing == .wholeFile ? whole : [Record(#"{"a":1}"#, 3), Record(#"{"b":2}"#, 11)]))
        let only = try folder.write("mark.log", "\u{FEFF}".utf8)
        try LogFile(path: only).forEachRecord(framing, maximumRecordBytes: 1_024) { found.append(Record($0)) }
        #expect(found.count == (framing == .wholeFile ? 1 : 2))
    }
}

@Suite struct LineNumbersTests {
    @Test func `offsets are told by their lines, in compressed files, too`() throws {
        let folder = try TemporaryFolder()
        let text = Array("one\n\ntwo\r\nthree".utf8)
        let offsets = [0, 3, 4, 5, 8, 10, 14, 99]
        for bytes in [text, try GzipSourceTests.compressed(text)] {
            let path = try folder.write("log", bytes)
            #expect(LineNumbers.lines(at: offsets, in: path) == [1, 1, 2, 3, 3, 4, 4, 4])
            #expect(LineNumbers.lines(at: [], in: path) == [])
        }
    }

    @Test func `lines are counted over pieces of a long file`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("log", Array(repeating: Array("0123456789abcde\n".utf8), count: 70_000).joined())
        #expect(
            LineNumbers.lines(at: [0, 16 * 65_536, 16 * 65_536 + 15, 16 * 69_999], in: path) == [
                1, 65_537, 65_537, 70_000,
            ]
        )
    }

    @Test func `what cannot be read again has no lines`() throws {
        #expect(LineNumbers.lines(at: [0], in: "-") == nil)
        #expect(LineNumbers.lines(at: [0], in: "/nothing/here") == nil)
    }
}
