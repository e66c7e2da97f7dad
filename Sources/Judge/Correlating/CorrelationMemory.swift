internal import Deployments
internal import Sigma

/// What live correlations have remembered for a restart, and what is wrong with bytes that are none of it.
package struct CorrelationMemoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package var description: String
}

/// Something that correlations know, as bytes: a version, a kind, then numbers of fixed length and texts with theirs
/// before them, the lowest byte first.
enum CorrelationMemory: Equatable {
    /// An event that was taken.
    case event(Event)
    /// A correlation told of a group, or another correlation was told of it.
    case told(Told)
    /// How far events are judged.
    case judged(Judged)

    struct Event: Equatable {
        /// The rule's id, or its title where it has none.
        var rule: String
        var findingID: String
        /// By its own account, in microseconds since 1970.
        var time: Int64
        /// As it was correlated, in nanoseconds since 1970: another one where the clock was set back.
        var at: Int64
        var log: ContainerDeployment.LogPosition?
        /// By their names, so that another version of the rules finds those that it asks for.
        var fields: [Field]
    }

    struct Field: Equatable {
        var name: String
        var values: [String]
    }

    struct Told: Equatable {
        /// What the correlation is, spelled out.
        var correlation: String
        var group: [String]
        var at: Int64
    }

    struct Judged: Equatable {
        var before: Int64
        var shift: Int64
    }

    /// Written first, so that another version can tell what is not its own.
    static let version: UInt8 = 1
    /// More of anything than this is no memory of ours.
    private static let maximumCount = 1_024

    var bytes: [UInt8] {
        var writer = MemoryWriter(Self.version)
        switch self {
        case .event(let event):
            writer.write(1 as UInt8)
            writer.write(event.rule)
            writer.write(event.findingID)
            writer.write(event.time)
            writer.write(event.at)
            writer.write(event.log?.path ?? "")
            writer.write(Int64(event.log?.offset ?? -1))
            writer.write(event.fields.count)
            for field in event.fields {
                writer.write(field.name)
                writer.write(field.values)
            }
        case .told(let told):
            writer.write(2 as UInt8)
            writer.write(told.correlation)
            writer.write(told.group)
            writer.write(told.at)
        case .judged(let judged):
            writer.write(3 as UInt8)
            writer.write(judged.before)
            writer.write(judged.shift)
        }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(CorrelationMemoryError) {
        var reader = MemoryReader(bytes)
        guard let version = reader.byte() else { throw CorrelationMemoryError(description: "it is empty") }
        guard version == Self.version else {
            throw CorrelationMemoryError(description: "its version is \(version), and \(Self.version) is known here")
        }
        guard let memory = Self.read(&reader), reader.isAtEnd else {
            throw CorrelationMemoryError(description: "it is damaged at byte \(reader.position)")
        }
        self = memory
    }

    private static func read(_ reader: inout MemoryReader) -> CorrelationMemory? {
        switch reader.byte() {
        case 1:
            guard let rule = reader.text(), let findingID = reader.text(), let time = reader.integer(),
                let at = reader.integer(), let path = reader.text(), let offset = reader.integer(),
                let count = reader.count(maximumCount)
            else { return nil }
            var fields: [Field] = []
            for _ in 0..<count {
                guard let name = reader.text(), let values = reader.texts(maximumCount) else { return nil }
                fields.append(Field(name: name, values: values))
            }
            let log =
                offset < 0 ? nil : Int(exactly: offset).map { ContainerDeployment.LogPosition(path: path, offset: $0) }
            return .event(
                Event(rule: rule, findingID: findingID, time: time, at: at, log: log, fields: fields)
            )
        case 2:
            guard let correlation = reader.text(), let group = reader.texts(maximumCount), let at = reader.integer()
            else { return nil }
            return .told(Told(correlation: correlation, group: group, at: at))
        case 3:
            guard let before = reader.integer(), let shift = reader.integer() else { return nil }
            return .judged(Judged(before: before, shift: shift))
        default: return nil
        }
    }
}

/// Writes numbers and texts one after the other.
private struct MemoryWriter {
    private(set) var bytes: [UInt8]

    init(_ version: UInt8) { bytes = [version] }

    mutating func write(_ byte: UInt8) { bytes.append(byte) }

    mutating func write(_ integer: Int64) {
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: integer >> (8 * Int64(place)))) }
    }

    mutating func write(_ count: Int) {
        let count = UInt32(clamping: count)
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: count >> (8 * UInt32(place)))) }
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes += text.utf8
    }

    mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }
}

/// Reads them again; nil where there is something else.
private struct MemoryReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func integer() -> Int64? {
        guard bytes.count - position >= 8 else { return nil }
        var integer: UInt64 = 0
        for place in 0..<8 { integer |= UInt64(bytes[position + place]) << (8 * UInt64(place)) }
        position += 8
        return Int64(bitPattern: integer)
    }

    mutating func count(_ maximum: Int) -> Int? {
        guard bytes.count - position >= 4 else { return nil }
        var count = 0
        for place in 0..<4 { count |= Int(bytes[position + place]) << (8 * place) }
        guard count <= maximum else { return nil }
        position += 4
        return count
    }

    mutating func text() -> String? {
        guard let count = count(bytes.count), bytes.count - position >= count else { return nil }
        defer { position += count }
        return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
    }

    mutating func texts(_ maximum: Int) -> [String]? {
        guard let count = count(maximum) else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }
}
