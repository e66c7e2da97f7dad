import Deployments
import Dialects
@testable import Intake

/// Bytes from memory, given in pieces of a chosen size, with a failure behind them if wanted.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let pieceBytes: Int
    private let failure: IntakeError?
    private(set) var position = 0

    init(_ bytes: some Sequence<UInt8>, pieceBytes: Int = .max, failure: IntakeError? = nil) {
        self.bytes = Array(bytes)
        self.pieceBytes = pieceBytes
        self.failure = failure
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        let count = min(pieceBytes, bytes.count - position, buffer.count)
        if count == 0, let failure { throw failure }
        unsafe buffer.copyBytes(from: bytes[position..<(position + count)])
        position += count
        return count
    }
}

/// A pattern over and over to `count` bytes, then a tail, without holding them.
final class RepeatingSource: ByteSource {
    private let block: [UInt8]
    private let count: Int
    private let tail: [UInt8]
    private(set) var position = 0

    init(_ pattern: String, count: Int, tail: String = "") {
        let times = 65_536 / pattern.utf8.count
        block = Array(String(repeating: pattern, count: times).utf8)
        self.count = count / block.count * block.count
        self.tail = Array(tail.utf8)
    }

    /// Bytes before the tail: whole blocks.
    var repeatedBytes: Int { count }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        let (piece, taken) = position < count ? (block, position % block.count) : (tail, position - count)
        let read = min(buffer.count, piece.count - taken)
        unsafe buffer.copyBytes(from: piece[taken..<(taken + read)])
        position += read
        return read
    }
}

/// A record as a framer lent it.
struct Record: Equatable, CustomStringConvertible {
    var text: String
    var offset: Int
    var defects: Set<RecordDefect>

    init(_ text: String, _ offset: Int, _ defects: Set<RecordDefect> = []) {
        self.text = text
        self.offset = offset
        self.defects = defects
    }

    init(_ record: RawRecord) {
        self.init(
            unsafe String(decoding: record.bytes, as: UTF8.self),
            record.position.offset,
            record.defects
        )
    }

    var description: String { "\(offset): \(text.prefix(60).debugDescription) \(defects.map(\.rawValue).sorted())" }
}

/// Every record that a framer makes of `source`, and the error that it ends with.
func records(
    _ framing: Framing,
    _ source: some ByteSource,
    maximumRecordBytes: Int = 1 << 20
) -> (records: [Record], failure: IntakeError?) {
    var framer = Framer(framing, path: "test", maximumRecordBytes: maximumRecordBytes)
    var found: [Record] = []
    do throws(IntakeError) {
        try framer.run(source) { found.append(Record($0)) }
        return (found, nil)
    } catch {
        return (found, error)
    }
}

/// Every byte of `source`, and the error that it ends with.
func bytes(of source: some ByteSource, bufferBytes: Int = 4_096) -> (bytes: [UInt8], failure: IntakeError?) {
    var all: [UInt8] = []
    while true {
        let piece = LogFile.head(of: source, count: bufferBytes)
        all += piece.bytes
        if let failure = piece.failure { return (all, failure) }
        if piece.bytes.isEmpty { return (all, nil) }
    }
}
