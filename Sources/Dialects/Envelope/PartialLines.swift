internal import Deployments
internal import Foundation

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

extension PartialLines {
    /// The parts that wait for others, with their streams' numbers.
    struct Memory: Codable {
        fileprivate struct Part: Codable {
            var stream: Int
            var bytes: Data
            var position: ContainerDeployment.LogPosition
            var defects: [RecordDefect]
        }

        fileprivate var parts: [Part]
    }

    var memory: Memory {
        Memory(
            parts: lines.enumerated().compactMap { stream, line in
                line.map {
                    .init(
                        stream: stream,
                        bytes: Data($0.bytes),
                        position: $0.position,
                        defects: $0.defects.sorted()
                    )
                }
            }
        )
    }

    /// Takes up what waited; what is longer than a line may be is cut.
    mutating func recall(_ memory: Memory) {
        lines = Array(repeating: nil, count: lines.count)
        for part in memory.parts where lines.indices.contains(part.stream) {
            var line = Line(bytes: Array(part.bytes.prefix(maximumBytes)), position: part.position, defects: [])
            line.defects = Set(part.defects)
            if part.bytes.count > maximumBytes { line.defects.insert(.oversized) }
            lines[part.stream] = line
        }
    }
}
