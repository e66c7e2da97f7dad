internal import Deployments
internal import Dialects
internal import JSON

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How a file's bytes are told apart into records.
package enum Framing: Sendable, Equatable {
    /// One record a line.
    case lines
    /// JSON values one after another, over as many lines as they like.
    case jsonDocuments
    /// The whole file is one record.
    case wholeFile
}

/// Cuts a source into records in constant memory, and lends them where they stand.
@safe
struct Framer {
    private let framing: Framing
    private let path: String
    private let maximumRecordBytes: Int

    private var buffer: UnsafeMutableRawBufferPointer
    /// The record being gathered starts here, data ends there.
    private var start = 0
    private var end = 0
    /// Bytes of the source before `buffer`'s first.
    private var base = 0
    /// Where the search for the record's end goes on.
    private var scanned = 0
    private var isSkipping = false
    private var document = DocumentScanner()

    private static let chunk = 1 << 20

    init(_ framing: Framing, path: String, maximumRecordBytes: Int) {
        self.framing = framing
        self.path = path
        self.maximumRecordBytes = max(1_024, maximumRecordBytes)
        unsafe buffer = .allocate(byteCount: Self.chunk * 2 + JSONParser.padding, alignment: 64)
    }

    mutating func run(_ source: any ByteSource, _ body: (RawRecord) -> Void) throws(IntakeError) {
        defer { unsafe buffer.deallocate() }
        while true {
            makeRoom()
            let room = unsafe UnsafeMutableRawBufferPointer(
                rebasing: buffer[end..<(unsafe buffer.count - JSONParser.padding)]
            )
            let count: Int
            do throws(IntakeError) {
                count = try unsafe source.read(into: room)
            } catch {
                finish([.truncated], body)
                throw IntakeError("\(error.description) (after byte \(base + end))")
            }
            if count == 0 { break }
            end += count
            cut(body)
        }
        finish([], body)
    }

    /// Moves what is left to the front, and grows the buffer while one record fills it.
    private mutating func makeRoom() {
        let free = unsafe buffer.count - JSONParser.padding - end
        guard free < Self.chunk / 2 else { return }
        if start > 0, let front = unsafe buffer.baseAddress {
            unsafe memmove(front, front + start, end - start)
            base += start
            scanned -= start
            end -= start
            start = 0
        }
        guard unsafe buffer.count - JSONParser.padding - end < Self.chunk / 2 else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: unsafe buffer.count * 2, alignment: 64)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
        unsafe buffer.deallocate()
        unsafe buffer = larger
    }

    private mutating func cut(_ body: (RawRecord) -> Void) {
        switch framing {
        case .lines: cutLines(body)
        case .jsonDocuments: cutDocuments(body)
        case .wholeFile: break
        }
        // A record past the limit is lent once, cut, and the rest of it passed over.
        guard end - start > maximumRecordBytes else { return }
        if !isSkipping {
            lend(start..<(start + maximumRecordBytes), [.oversized], body)
            isSkipping = true
        }
        start = end
        scanned = end
    }

    private mutating func cutLines(_ body: (RawRecord) -> Void) {
        guard let memory = unsafe buffer.baseAddress else { return }
        while let found = unsafe memchr(memory + scanned, 10, end - scanned) {
            let newline = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(memory)
            if isSkipping {
                isSkipping = false
            } else if newline > start {
                let isReturn = unsafe buffer[newline - 1] == 13
                let stop = isReturn ? newline - 1 : newline
                if stop - start > maximumRecordBytes {
                    lend(start..<(start + maximumRecordBytes), [.oversized], body)
                } else if stop > start {
                    lend(start..<stop, [], body)
                }
            }
            start = newline + 1
            scanned = start
        }
        scanned = end
    }

    private mutating func cutDocuments(_ body: (RawRecord) -> Void) {
        while scanned < end {
            let byte = unsafe buffer[scanned]
            scanned += 1
            guard document.take(byte) else { continue }
            if isSkipping { isSkipping = false } else { lend(start..<scanned, [], body) }
            start = scanned
        }
    }

    private mutating func finish(_ defects: Set<RecordDefect>, _ body: (RawRecord) -> Void) {
        guard end > start, !isSkipping else { return }
        let rest = unsafe buffer[start..<end]
        guard unsafe rest.contains(where: { $0 > 32 }) else { return }
        let isReturn = unsafe buffer[end - 1] == 13
        let stop = isReturn ? end - 1 : end
        if stop - start > maximumRecordBytes {
            lend(start..<(start + maximumRecordBytes), [.oversized], body)
        } else {
            lend(start..<stop, defects, body)
        }
        start = end
    }

    private func lend(_ range: Range<Int>, _ defects: Set<RecordDefect>, _ body: (RawRecord) -> Void) {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
        body(
            unsafe RawRecord(
                bytes: bytes,
                position: .init(path: path, offset: base + range.lowerBound),
                defects: defects
            )
        )
    }
}

/// Finds where JSON values end, byte by byte, without reading what they hold.
struct DocumentScanner {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Takes one byte; true when a value ends with it.
    mutating func take(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth <= 0 {
                depth = 0
                return true
            }
        default: break
        }
        return false
    }
}
