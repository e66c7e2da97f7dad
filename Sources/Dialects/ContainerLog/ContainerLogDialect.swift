internal import Deployments
internal import Foundation
internal import JSON

/// Reads what a container runtime keeps of containers' output (`/var/log/containers`, `/var/log/pods`,
/// `/var/lib/docker/containers`): access logs of sidecars, logs of management applications and audit events, told apart line
/// by line.
///
/// The CRI form is `TIME stdout F text`, a line's parts but the last marked `P`; Docker's json-file is
/// `{"log":"text\n","stream":"stdout","time":"…"}`, a part having no line end. Lines without either are read as they are.
/// Containers print anything: what is none of these logs is passed over without a word.
package struct ContainerLogDialect: RememberingDialect {
    private var partial: ContainerLines
    private var applications: ApplicationLogDialect
    private var audit: KubernetesAuditDialect
    private let parser: JSONParser

    /// - Parameter maximumRecordBytes: longer lines, put together, are told and not read.
    package init(maximumRecordBytes: Int = 16 << 20) {
        partial = ContainerLines(maximumBytes: maximumRecordBytes)
        applications = ApplicationLogDialect(maximumRecordBytes: maximumRecordBytes)
        audit = KubernetesAuditDialect(maximumRecordBytes: maximumRecordBytes)
        parser = JSONParser(maximumBytes: maximumRecordBytes, keptBytes: 1 << 20)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            let reason = "the line is larger than the limit and was not read"
            return reading.problems.append(ReadingProblem(at: record.position, reason))
        }
        guard let part = part(of: record) else {
            return readLine(.init(bytes: unsafe Array(record.bytes), place: record.position), &reading)
        }
        guard let line = partial.take(part, at: record.position) else { return }
        guard !line.isCut else {
            let reason = "the line is larger than the limit and was not read"
            return reading.problems.append(ReadingProblem(at: line.place, reason))
        }
        readLine(line, &reading)
    }

    package mutating func finish(into reading: inout Reading) {
        for line in partial.drain() { readLine(line, &reading) }
        applications.finish(into: &reading)
        audit.finish(into: &reading)
    }

    package var isHolding: Bool { applications.isHolding || audit.isHolding }

    package mutating func passTime(into reading: inout Reading) {
        applications.passTime(into: &reading)
        audit.passTime(into: &reading)
    }

    /// What a runtime wrote around a piece of output; nil where it wrote nothing.
    private func part(of record: RawRecord) -> ContainerLines.Part? {
        if case .part(let stream, let start, let isLast) = unsafe AuditEnvelope.content(of: record.bytes) {
            let prefix = unsafe Array(record.bytes.prefix(start).prefix { $0 != 32 })
            return ContainerLines.Part(
                stream: stream.rawValue,
                bytes: unsafe Array(record.bytes.dropFirst(start)),
                time: Timestamp(rfc3339: prefix),
                isLast: isLast
            )
        }
        guard unsafe record.bytes.first == UInt8(ascii: "{") else { return nil }
        let part = try? unsafe parser.withDocument(record.bytes, isPadded: true) { root -> ContainerLines.Part? in
            guard let log = root["log"]?.string, root["time"] != nil || root["stream"] != nil else { return nil }
            return ContainerLines.Part(
                stream: root["stream"]?.string == "stderr" ? 1 : 0,
                bytes: Array(log.utf8),
                time: root["time"]?.text?.timestamp,
                isLast: log.utf8.last == 10
            )
        }
        return part ?? nil
    }

    private static let auditID = Needle("\"auditID\"")
    private static let verb = Needle("\"verb\"")

    private mutating func readLine(_ line: ContainerLines.Line, _ reading: inout Reading) {
        if line.bytes.first == UInt8(ascii: "{"), Self.auditID.first(in: line.bytes.prefix(16 << 10)[...]) != nil,
            Self.verb.first(in: line.bytes[...]) != nil
        {
            return readAudit(line, &reading)
        }
        var logged = LogLine(line.bytes, at: line.place)
        logged.time = line.time.map(Timestamp.init(microseconds:))
        applications.read(logged, into: &reading)
    }

    private mutating func readAudit(_ line: ContainerLines.Line, _ reading: inout Reading) {
        // Records are lent with readable bytes behind them.
        let padded = line.bytes + [UInt8](repeating: 0, count: JSONParser.padding)
        unsafe padded.withUnsafeBytes { memory in
            let content = unsafe UnsafeRawBufferPointer(rebasing: memory[..<line.bytes.count])
            audit.read(unsafe RawRecord(bytes: content, position: line.place), into: &reading)
        }
    }

    // MARK: Memory

    private struct Memory: Codable {
        var partial: ContainerLines
        var applications: [UInt8]
        var audit: [UInt8]
    }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        let memory = Memory(
            partial: partial,
            applications: try applications.memory(),
            audit: try (audit as any Dialect as? any RememberingDialect)?.memory() ?? []
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return [UInt8](try encoder.encode(memory))
        } catch {
            throw DialectMemoryError("the container log's state cannot be written: \(error)")
        }
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        let kept: Memory
        do {
            kept = try JSONDecoder().decode(Memory.self, from: Data(memory))
        } catch {
            throw DialectMemoryError("the container log's state cannot be read: \(error)")
        }
        partial = kept.partial
        try applications.recall(kept.applications)
        if !kept.audit.isEmpty, var remembering = audit as any Dialect as? any RememberingDialect {
            try remembering.recall(kept.audit)
            if let recalled = remembering as any Dialect as? KubernetesAuditDialect { audit = recalled }
        }
    }
}
