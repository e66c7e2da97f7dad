import Deployments
import Foundation
@testable import Intake
import Testing

/// A folder that goes with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "intake-\(UUID().uuidString)")
        path = url.path
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = "\(path)/\(name)"
        let folder = URL(filePath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }
}

@Suite struct LogFileTests {
    private func read(_ path: String, _ framing: Framing = .lines) throws -> (records: [Record], failure: String?) {
        let file = try LogFile(path: path)
        var found: [Record] = []
        do throws(IntakeError) {
            try file.forEachRecord(framing, maximumRecordBytes: 1 << 20) { found.append(Record($0)) }
            return (found, nil)
        } catch {
            return (found, error.description)
        }
    }

    /// Longer than the head that is looked at first, so that its border lies within.
    private static let lines = (0..<9_000).map { "line \($0) of a log" }
    private static let text = Array(lines.joined(separator: "\n").utf8)

    @Test func `no byte of the head is lost or read twice, plain or compressed`() throws {
        let folder = try TemporaryFolder()
        for bytes in [Self.text, try GzipSourceTests.compressed(Self.text), ZstdSourceTests.compressed(Self.text)] {
            let path = try folder.write("log", bytes)
            let (found, failure) = try read(path)
            #expect(found.map(\.text) == Self.lines)
            #expect(failure == nil)
            let file = try LogFile(path: path)
            #expect(file.head == Array(Self.text.prefix(LogFile.headBytes)))
            #expect(file.size == bytes.count)
        }
    }

    @Test func `the position reaches the file's size`() throws {
        let folder = try TemporaryFolder()
        let bytes = try GzipSourceTests.compressed(Self.text)
        let file = try LogFile(path: try folder.write("log.gz", bytes))
        try file.forEachRecord(.lines, maximumRecordBytes: 1 << 20) { _ in }
        #expect(file.position == bytes.count)
    }

    @Test func `a compressed file that ends early gives its lines, then says so, however short it is`() throws {
        let folder = try TemporaryFolder()
        let short = Array("one\ntwo\nthree".utf8)
        let (found, failure) = try read(
            try folder.write("short.gz", try GzipSourceTests.compressed(short).dropLast(2))
        )
        #expect(found.map(\.text) == ["one", "two", "three"])
        #expect(found.map(\.defects) == [[], [], [.truncated]])
        #expect(failure == "the gzip data ends early: the file is cut (after byte 13)")
        let long = try read(try folder.write("long.gz", try GzipSourceTests.compressed(Self.text).dropLast(9)))
        #expect(long.records.count > 8_000)
        #expect(long.failure?.hasPrefix("the gzip data ends early: the file is cut (after byte ") == true)
    }

    @Test func `a zstd file may begin with a frame to be skipped`() throws {
        let folder = try TemporaryFolder()
        let bytes = ZstdSourceTests.skippable + ZstdSourceTests.compressed(Self.text)
        #expect(try read(try folder.write("log.zst", bytes)).records.map(\.text) == Self.lines)
    }

    @Test(arguments: [([], 0), ([0x1f], 1), ([0x0a], 0), ([0x28, 0xb5, 0x2f], 1)])
    func `a file shorter than any magic is plain`(_ bytes: [UInt8], _ count: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("log", bytes)
        #expect(try LogFile(path: path).head == bytes)
        #expect(try read(path).records.count == count)
    }

    @Test func `what cannot be opened says why`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: IntakeError("no such file or folder")) { try LogFile(path: "\(folder.path)/absent") }
        #expect(throws: IntakeError("a folder where a file was expected")) { try LogFile(path: folder.path) }
    }

    @Test func `standard input has no size`() throws {
        #expect(try FileSource(path: "-").size == nil)
    }
}
