@testable import LiveIntake
import Testing

@Suite struct JournalExportParserTests {
    private func entry(_ fields: [(String, [UInt8])], isCut: Bool = false) -> JournalEntry {
        JournalEntry(fields: fields.map { JournalEntry.Field(name: $0.0, value: $0.1) }, isCut: isCut)
    }

    private func binary(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Array(name.utf8) + [10] + (0..<8).map { UInt8(truncatingIfNeeded: value.count >> ($0 * 8)) } + value + [10]
    }

    private var bytes: [UInt8] {
        Array("MESSAGE=one\nA=\n\n".utf8) + binary("MESSAGE", Array("two\n\nlines=\n".utf8))
            + Array("B_1=x=y\n\n\n".utf8)
            + binary("EMPTY", []) + Array("\n".utf8)
    }

    private var entries: [JournalEntry] {
        [
            entry([("MESSAGE", Array("one".utf8)), ("A", [])]),
            entry([("MESSAGE", Array("two\n\nlines=\n".utf8)), ("B_1", Array("x=y".utf8))]),
            entry([("EMPTY", [])]),
        ]
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `entries are read, however their bytes come`(_ count: Int) {
        var parser = JournalExportParser(maximumBytes: 1_000)
        var found: [JournalEntry] = []
        for start in stride(from: 0, to: bytes.count, by: count) {
            found += parser.entries(in: bytes[start..<min(bytes.count, start + count)])
        }
        #expect(found == entries)
        #expect(parser.damages == 0)
    }

    @Test(arguments: [1, 50, 10_000])
    func `a value that is too long is cut, and what follows is whole`(_ count: Int) {
        var parser = JournalExportParser(maximumBytes: 10)
        let long = [UInt8](repeating: 120, count: 2_000)
        let text = Array("M=".utf8) + long + Array("\nB=1\n\nC=2\n\n".utf8)
        let bytes = binary("M", long) + Array("B=1\n\nC=2\n\n".utf8) + text
        var found: [JournalEntry] = []
        for start in stride(from: 0, to: bytes.count, by: count) {
            found += parser.entries(in: bytes[start..<min(bytes.count, start + count)])
        }
        #expect(found.count == 4)
        #expect(found.map(\.isCut) == [true, false, true, false])
        #expect(found.map { $0.fields.first?.value.count ?? 0 <= 10 } == [true, true, true, true])
        #expect(found[1] == entry([("C", [50])]) && found[3] == found[1])
    }

    @Test(arguments: [
        "no name\nX=1\n\nC=2\n\n", "=x\n\nC=2\n\n", "a=1\n\nC=2\n\n", "BIN\n\u{1}\0\0\0\0\0\0\0xyz\n\nC=2\n\n",
        // Longer than an entry may be, by itself and behind what makes no sense.
        String(repeating: "x", count: 400) + "\nX=1\n\nC=2\n\n",
        "no name\n" + String(repeating: "x", count: 101) + "\nX=1\n\nC=2\n\n",
    ])
    func `what makes no sense costs its entry and no other, in whatever pieces it comes`(_ text: String) {
        for count in [1, 101, text.utf8.count] {
            var parser = JournalExportParser(maximumBytes: 100)
            var rest = Array(text.utf8)[...]
            var found: [JournalEntry] = []
            while !rest.isEmpty {
                found += parser.entries(in: rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(found == [entry([("C", [50])])])
            #expect(parser.damages == 1)
        }
    }

    @Test func `random bytes give no more than they may hold`() {
        var random = SeededGenerator(7)
        var parser = JournalExportParser(maximumBytes: 64)
        let pieces: [[UInt8]] = [
            Array("A=1".utf8), [10], [10, 10], Array("BIN\n".utf8), [0, 0, 0, 0, 0, 0, 0], [1], [255],
        ]
        for round in 0..<2_000 {
            // A length may say that all the rest is one value.
            if round % 20 == 0 { parser = JournalExportParser(maximumBytes: 64) }
            let bytes = (0..<Int(random.next() % 12)).flatMap { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
            for entry in parser.entries(in: bytes) {
                #expect(entry.fields.reduce(0) { $0 + $1.value.count } <= 64)
                #expect(entry.fields.count <= 1_024)
            }
        }
    }

    @Test func `an entry's JSON is what journalctl writes`() {
        let json = entry([
            ("MESSAGE", Array("a \"b\"\n".utf8)), ("BIN", [98, 255]), ("ESC", [27]), ("TWICE", [49]), ("TWICE", [50]),
        ]).json
        #expect(json == #"{"MESSAGE":"a \"b\"\n","BIN":[98,255],"ESC":[27],"TWICE":["1","2"]}"#)
    }
}
