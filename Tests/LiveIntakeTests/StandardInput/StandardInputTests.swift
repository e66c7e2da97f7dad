import Deployments
@testable import LiveIntake
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct StandardInputTests {
    private func ends() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func send(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe write(descriptor, bytes.baseAddress, bytes.count)
        }
    }

    private func source(_ descriptor: Int32) -> StandardInput {
        var configuration = StandardInput.Configuration()
        configuration.descriptor = descriptor
        configuration.maximumRecordBytes = 1_024
        return StandardInput(name: "input", configuration)
    }

    @Test func `lines are given as they come, and the source ends with its input`() async throws {
        let (reader, writer) = try ends()
        defer { close(reader) }
        let feed = RecordingFeed()
        let source = source(reader)
        #expect(!source.isReplayable)
        async let followed: Void = source.follow(from: [:], into: feed)
        send("\u{FEFF}one\r\ntwo\nthr", to: writer)
        try await feed.waits(for: 2)
        send("ee\n" + String(repeating: "x", count: 3_000), to: writer)
        try await feed.waits(for: 4)
        send("xx\nlast", to: writer)
        close(writer)
        try await followed
        #expect(feed.lines == ["one", "two", "three", String(repeating: "x", count: 1_024), "last"])
        #expect(feed.records.map(\.defects) == [[], [], [], [.oversized], []])
        #expect(feed.batches.last?.isLast == true)
        #expect(feed.health == [.following(lag: nil)])
    }

    @Test func `it ends when it is cancelled while nothing comes`() async throws {
        let (reader, writer) = try ends()
        defer { for end in [reader, writer] { close(end) } }
        let feed = RecordingFeed()
        #expect(try await source(reader).run(into: feed) { !feed.health.isEmpty })
        #expect(feed.batches == [])
    }
}
