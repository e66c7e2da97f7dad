internal import Deployments
internal import Intake

/// Lines of standard input, or of another descriptor that is read once: what was taken from it cannot be had again.
///
/// The source ends when its input does.
package struct StandardInput: LiveSource {
    package struct Configuration: Sendable {
        package var descriptor: Int32 = 0
        /// In bytes; a longer line is given cut, marked as oversized.
        package var maximumRecordBytes = 16 << 20
        package var batchRecords = 8_192

        package init() {}
    }

    package let name: String
    package var isReplayable: Bool { false }
    private let configuration: Configuration

    package init(name: String, _ configuration: Configuration = Configuration()) {
        self.name = name
        self.configuration = configuration
    }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        var lines = InputLines(configuration, name: name)
        let reader = PipeReader(configuration.descriptor)
        var pace = PollPace()
        feed.tell(.following(lag: nil))
        do {
            while true {
                try Task.checkCancellation()
                switch reader.read() {
                case .bytes(let bytes):
                    pace.gave()
                    try await lines.take(bytes, feed)
                case .nothing: try await pace.pause()
                case .end: return try await lines.finish(feed)
                case .failed(let code):
                    feed.tell(.lost(reason: "the input cannot be read: \(SystemError.words(code))", records: nil))
                    return try await lines.finish(feed)
                }
            }
        } catch is CancellationError {
            return
        }
    }
}

/// Lines out of bytes as they come.
private struct InputLines {
    private let limits: LineReader.Limits
    private let name: String
    private var rest: [UInt8] = []
    /// Counts bytes.
    private var cursor = FileCursor(FileIdentity(device: 0, number: 0), modified: 0)

    init(_ configuration: StandardInput.Configuration, name: String) {
        limits = LineReader.Limits(
            recordBytes: max(1_024, configuration.maximumRecordBytes),
            batchBytes: .max,
            batchRecords: max(1, configuration.batchRecords)
        )
        self.name = name
    }

    mutating func take(_ bytes: [UInt8], _ feed: any SourceFeed) async throws {
        // A line under way is only searched once: its rest waits until an end comes, or it is too long.
        let hasEnd = bytes.contains(10)
        rest += bytes
        guard hasEnd || rest.count > limits.recordBytes || cursor.isSkipping else { return }
        while try await give(feed, isWhole: false) {}
    }

    /// Gives what is left, and says that nothing more comes.
    mutating func finish(_ feed: any SourceFeed) async throws {
        while try await give(feed, isWhole: true) {}
        try await feed.take(LiveBatch(stream: name, cursor: String(cursor.offset), isLast: true))
    }

    /// Gives a batch; whether there may be another.
    private mutating func give(_ feed: any SourceFeed, isWhole: Bool) async throws -> Bool {
        guard !rest.isEmpty else { return false }
        var cutter = LineCutter(limits, cursor, path: "-")
        cutter.cut(rest[...], isWhole: isWhole)
        let count = cutter.cursor.offset - cursor.offset
        guard count > 0 else { return false }
        cursor = cutter.cursor
        rest.removeFirst(count)
        if !cutter.records.isEmpty {
            try await feed.take(LiveBatch(stream: name, records: cutter.records, cursor: String(cursor.offset)))
        }
        return true
    }
}
