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

    /// From `malloc`, so that it can grow in place.
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

    private static let chunk = 256 << 10

    init(_ framing: Framing, path: String, maximumRecordBytes: Int) {
        self.framing = framing
        self.path = path
        self.maximumRecordBytes = max(1_024, maximumRecordBytes)
        unsafe buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// Bytes of memory that the records stand in.
    var capacity: Int { unsafe buffer.count }

    mutating func run(_ source: any ByteSource, _ body: (RawRecord) -> Void) throws(IntakeError) {
        defer { unsafe free(buffer.baseAddress) }
        try resize(to: Self.chunk * 2 + JSONParser.padding)
        while true {
            try makeRoom()
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
    private mutating func makeRoom() throws(IntakeError) {
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
        // What is left is no longer than a record may be, so this much always does.
        let limit = maximumRecordBytes + Self.chunk + JSONParser.padding
        try resize(to: unsafe min(buffer.count * 2, max(limit, buffer.count + Self.chunk)))
    }

    private mutating func resize(to count: Int) throws(IntakeError) {
        guard let memory = unsafe realloc(buffer.baseAddress, count) else {
            throw IntakeError("no memory is left to read on")
        }
        unsafe buffer = UnsafeMutableRawBufferPointer(start: memory, count: count)
        // The padding is read, if to no effect.
        unsafe memset(memory + (count - JSONParser.padding), 0, JSONParser.padding)
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
            close(start..<newline, [], body)
            start = newline + 1
            scanned = start
        }
        scanned = end
    }

    private mutating func cutDocuments(_ body: (RawRecord) -> Void) {
        while scanned < end {
            let part = unsafe document.take(buffer[scanned])
            switch part {
            case .outside: start = scanned + 1
            case .inside: break
            case .first: start = scanned
            case .end:
                close(start..<(scanned + 1), [], body)
                start = scanned + 1
            case .next:
                close(start..<scanned, [], body)
                start = scanned
            case .gap:
                close(start..<scanned, [], body)
                start = scanned + 1
            }
            scanned += 1
        }
    }

    private mutating func finish(_ defects: Set<RecordDefect>, _ body: (RawRecord) -> Void) {
        guard end > start else {
            // A list that goes on: what is missing is told where it should be.
            if framing == .jsonDocuments, document.isWithinList { lend(end..<end, defects.union([.truncated]), body) }
            return
        }
        let isCut = framing == .jsonDocuments && document.isWithinDocument
        close(start..<end, isCut ? defects.union([.truncated]) : defects, body)
        start = end
    }

    /// Lends a whole record, without the white space at its end; nothing where that is all there is.
    private mutating func close(_ range: Range<Int>, _ defects: Set<RecordDefect>, _ body: (RawRecord) -> Void) {
        guard !isSkipping else {
            isSkipping = false
            return
        }
        var stop = range.upperBound
        while stop > range.lowerBound, unsafe Self.isSpace(buffer[stop - 1]) { stop -= 1 }
        guard stop > range.lowerBound else { return }
        if stop - range.lowerBound > maximumRecordBytes {
            lend(range.lowerBound..<(range.lowerBound + maximumRecordBytes), defects.union([.oversized]), body)
        } else {
            lend(range.lowerBound..<stop, defects, body)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

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
