internal import Deployments

/// Puts the parts together in which container runtimes write long lines, each stream's by itself.
struct ContainerLines: Codable {
    struct Part {
        /// 0 for standard output, 1 for standard error.
        var stream: Int
        var bytes: [UInt8]
        var time: Timestamp?
        var isLast: Bool
    }

    /// A line, whole again, and where its first part stands.
    struct Line: Codable {
        var bytes: [UInt8]
        private var path: String
        private var offset: Int
        /// Microseconds since 1970.
        var time: Int64?
        /// Whether it was longer than is kept.
        var isCut = false

        init(bytes: [UInt8], place: ContainerDeployment.LogPosition, time: Timestamp? = nil) {
            self.bytes = bytes
            path = place.path
            offset = place.offset
            self.time = time?.microseconds
        }

        var place: ContainerDeployment.LogPosition { .init(path: path, offset: offset) }
    }

    private var waiting: [Int: Line] = [:]
    private var maximumBytes: Int

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// Takes a part; returns the line that it ends.
    mutating func take(_ part: Part, at place: ContainerDeployment.LogPosition) -> Line? {
        guard var line = waiting.removeValue(forKey: part.stream) else {
            let line = Line(bytes: part.bytes, place: place, time: part.time)
            if part.isLast { return line }
            waiting[part.stream] = line
            return nil
        }
        let room = max(0, maximumBytes - line.bytes.count)
        line.isCut = line.isCut || part.bytes.count > room
        line.bytes += part.bytes.prefix(room)
        if part.isLast { return line }
        waiting[part.stream] = line
        return nil
    }

    /// Lines whose end never came.
    mutating func drain() -> [Line] {
        defer { waiting = [:] }
        return waiting.sorted { $0.key < $1.key }.map(\.value)
    }
}
