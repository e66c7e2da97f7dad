internal import Deployments
internal import Dialects
internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads whole lines from files, with one buffer for all of them.
@safe
final class LineReader {
    struct Limits: Sendable, Equatable {
        var recordBytes: Int
        var batchBytes: Int
        var batchRecords: Int
    }

    enum Reading {
        /// Lines, or none where only what is no line was passed over; and where to go on behind them.
        case lines([LiveRecord], FileCursor, isAtEnd: Bool)
        /// No whole line: so many bytes of one that has not ended.
        case nothing(pending: Int)
        /// The file does not hold what was read of it any longer.
        case cut
        case failed(IntakeError)
    }

    private let limits: Limits
    private var buffer: [UInt8]
    /// More than this is let go of once it is not needed.
    private static let keptBytes = 1 << 20
    private static let pieceBytes = 256 << 10

    init(_ limits: Limits) {
        self.limits = limits
        buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    }

    /// Reads on from `cursor`.
    ///
    /// - Parameters:
    ///   - searched: so many bytes behind the cursor are known to hold no line's end; told anew.
    ///   - takesRest: whether what stands behind the last line's end is a line, too: nothing more comes of the file.
    func read(
        _ file: any StoredFile,
        from cursor: FileCursor,
        path: String,
        searched: inout Int,
        takesRest: Bool
    ) -> Reading {
        defer { if buffer.count > Self.keptBytes { buffer = [UInt8](repeating: 0, count: Self.pieceBytes) } }
        do throws(IntakeError) {
            let status = try file.status()
            if let size = status.size, size < cursor.offset { return .cut }
            if !takesRest, searched > 0, try !hasLineEnd(file, from: cursor, searched: &searched) {
                return file.holds(cursor) ? .nothing(pending: searched) : .cut
            }
            let filled = try fill(file, from: cursor.offset)
            var cutter = LineCutter(limits, cursor, path: path)
            let isAtEnd = filled.isAtEnd
            cutter.cut(buffer[..<filled.count], isWhole: takesRest && isAtEnd)
            guard cutter.cursor.offset > cursor.offset else {
                searched = filled.count
                return file.holds(cursor) ? .nothing(pending: filled.count) : .cut
            }
            // What was cut meanwhile and has grown again is told by its beginning.
            guard let next = try advanced(cutter.cursor, from: cursor, file, status, filled.count) else { return .cut }
            searched = 0
            file.forget(before: next.offset)
            return .lines(cutter.records, next, isAtEnd: isAtEnd && next.offset == cursor.offset + filled.count)
        } catch {
            return .failed(error)
        }
    }

    /// The cursor with what is known of the file by now; nil where it does not hold what was read.
    private func advanced(
        _ next: FileCursor,
        from cursor: FileCursor,
        _ file: any StoredFile,
        _ status: FileStatus,
        _ filled: Int
    ) throws(IntakeError) -> FileCursor? {
        let head = try file.head()
        guard cursor.head.isHead(of: head) else { return nil }
        if cursor.offset == 0 {
            guard head.prefix(filled).elementsEqual(buffer.prefix(min(filled, head.count))) else { return nil }
        }
        if let size = try file.status().size, size < cursor.offset + filled { return nil }
        var next = next
        next.modified = max(next.modified, status.modified)
        if cursor.head.length < FileHead.maximumLength {
            next.head = FileHead(of: head)
        }
        return next
    }

    /// Looks for a line's end in what has come since; without one, nothing has to be read again.
    private func hasLineEnd(
        _ file: any StoredFile,
        from cursor: FileCursor,
        searched: inout Int
    ) throws(IntakeError) -> Bool {
        while searched <= limits.recordBytes {
            let count = try read(file, at: cursor.offset + searched, into: 0..<Self.pieceBytes)
            if count == 0 { return false }
            if buffer[..<count].contains(10) { return true }
            searched += count
        }
        return true
    }

    /// Fills the buffer with a batch, or with more where not one line ends within it.
    private func fill(_ file: any StoredFile, from offset: Int) throws(IntakeError) -> (count: Int, isAtEnd: Bool) {
        var filled = 0
        var hasEnd = false
        while true {
            let count = try read(file, at: offset + filled, into: filled..<buffer.count)
            let isAtEnd = count < buffer.count - filled
            hasEnd = hasEnd || buffer[filled..<(filled + count)].contains(10)
            filled += count
            let isEnough = hasEnd ? filled >= limits.batchBytes : filled > limits.recordBytes
            if isAtEnd || isEnough { return (filled, isAtEnd) }
            // Grown while there is more to read, so that files at rest are looked at with a small buffer.
            let limit = max(limits.batchBytes, hasEnd ? 0 : limits.recordBytes + 1)
            guard buffer.count < limit else { return (filled, false) }
            buffer += [UInt8](repeating: 0, count: min(buffer.count, limit - buffer.count))
        }
    }

    private func read(
        _ file: any StoredFile,
        at offset: Int,
        into range: Range<Int>
    ) throws(IntakeError) -> Int {
        var result: Result<Int, IntakeError> = .success(0)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            result = Result { () throws(IntakeError) in
                try unsafe file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: bytes[range]))
            }
        }
        return try result.get()
    }
}
