internal import Deployments

/// A line of text, and where it stands.
struct ApplicationText {
    let line: LogLine
    /// What of it is looked at: bodies are long, and text is slow.
    let bytes: ArraySlice<UInt8>

    init(_ line: LogLine) {
        self.line = line
        bytes = line.content
    }

    /// Where a word first begins.
    func first(_ needle: Needle, within count: Int = .max) -> Int? { needle.first(in: bytes.prefix(count)) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func text(from index: Int) -> String { String(decoding: bytes[index...], as: UTF8.self) }
}

extension Needle {
    init(_ text: String) { self.init(Array(text.utf8)) }
}

/// A place in a log that can be kept.
struct KeptPlace: Codable, Equatable {
    var path: String
    var offset: Int
    /// Microseconds since 1970.
    var time: Int64?

    init(_ line: LogLine, time: Timestamp?) {
        path = line.position.path
        offset = line.position.offset
        self.time = (time ?? line.time)?.microseconds
    }

    var position: ContainerDeployment.LogPosition { .init(path: path, offset: offset) }
    var timestamp: Timestamp? { time.map(Timestamp.init(microseconds:)) }
}

extension LoggedRequest {
    /// A request whose place was kept.
    init(_ entry: AccessLogEntry, at place: KeptPlace) {
        self.entry = entry
        dataset = .managementLog
        position = place.position
        loggedAt = place.timestamp
    }
}
