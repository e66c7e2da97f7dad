@testable import Intake
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct PathTextTests {
    @Test(arguments: [
        ("plain.log", "plain.log"), ("é\u{10000}", "é\u{10000}"), ("\u{FFFD}", "\u{FFFD}"),
    ])
    func `a path that is text stays as it is`(_ path: String, _ shown: String) {
        let text = PathText.text(of: Array(path.utf8))
        #expect(text == path && PathText.shown(text) == shown)
        #expect(PathText.bytes(of: text) == Array(path.utf8))
    }

    static let odd: [(bytes: [UInt8], shown: String)] = [
        ([0x61, 0xFF, 0xFE, 0x62], "a\\xff\\xfeb"),
        // Half of a letter, and a surrogate.
        ([0xC3, 0x2F, 0xED, 0xA0, 0x80], "\\xc3/\\xed\\xa0\\x80"),
        ([0xFF, 0xEF, 0xBF, 0xBD], "\\xff\u{FFFD}"),
        // A name that holds what stands in for a byte.
        (Array("\u{10FF41}".utf8), "\\xf4\\x8f\\xbd\\x81"),
    ]

    @Test(arguments: odd.indices)
    func `a path of any bytes comes back as it was`(_ index: Int) {
        let (bytes, shown) = Self.odd[index]
        let text = PathText.text(of: bytes)
        #expect(PathText.bytes(of: text) == bytes)
        #expect(PathText.shown(text) == shown)
    }

    @Test func `a file whose name is no text is found, named and read`() throws {
        let folder = try TemporaryFolder()
        let bytes = Array("\(folder.path)/a".utf8) + [0xFF]
        let descriptor = unsafe PathText.withPath(PathText.text(of: bytes)) {
            unsafe open($0, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        }
        // Some file systems take no such name.
        guard descriptor >= 0 else { return }
        _ = unsafe write(descriptor, "one\ntwo\n", 8)
        close(descriptor)
        for path in [folder.path, "\(folder.path)/a*", PathText.text(of: bytes)] {
            let found = LogPaths.expand([path])
            #expect(found == [.file(PathText.text(of: bytes))])
        }
        let file = try LogFile(path: PathText.text(of: bytes))
        #expect(file.path == "\(folder.path)/a\\xff")
        var records: [Record] = []
        try file.forEachRecord(.lines, maximumRecordBytes: 1_024) { records.append(Record($0)) }
        #expect(records == [Record("one", 0), Record("two", 4)])
    }
}
