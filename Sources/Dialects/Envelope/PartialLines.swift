internal import Deployments

/// Puts lines together again that a container runtime or the journal cut at its own limit.
struct PartialLines {
    /// A line put together, and what became of it.
    struct Line {
        var bytes: [UInt8]
        /// Where its first part stands.
        var position: ContainerDeployment.LogPosition
        /// ``RecordDefect/oversized`` where only its beginning was kept, ``RecordDefect/truncated`` without an end.
        var defects: Set<RecordDefect>
    }

    private var lines: [Line?] = Array(repeating: nil, count: AuditEnvelope.Stream.allCases.count)
    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    func isWaiting(_ stream: AuditEnvelope.Stream) -> Bool { lines[stream.rawValue] != nil }

    /// Takes a part that is not the last.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        to stream: AuditEnvelope.Stream,
        at position: ContainerDeployment.LogPosition
    ) {
        var line = lines[stream.rawValue] ?? Line(bytes: [], position: position, defects: [])
        // Taken out first, so that the bytes are not copied for each part.
        lines[stream.rawValue] = nil
        let room = maximumBytes - line.bytes.count
        if bytes.count > room { line.defects.insert(.oversized) }
        unsafe line.bytes.append(contentsOf: bytes.prefix(max(0, room)))
        lines[stream.rawValue] = line
    }

    /// The line that has its last part now.
    mutating func take(_ stream: AuditEnvelope.Stream) -> Line? {
        defer { lines[stream.rawValue] = nil }
        return lines[stream.rawValue]
    }

    /// Lines whose end never came.
    mutating func drain() -> [Line] {
        defer { lines = Array(repeating: nil, count: lines.count) }
        return lines.compactMap { line in
            guard var line else { return nil }
            line.defects.insert(.truncated)
            return line
        }
    }
}
