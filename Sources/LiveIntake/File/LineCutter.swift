internal import Deployments
internal import Dialects
internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Cuts bytes of a file into lines, with the edges that ``Framer`` gives them, too.
struct LineCutter {
    private let limits: LineReader.Limits
    private let path: String
    private(set) var records: [LiveRecord] = []
    /// Behind what was taken.
    private(set) var cursor: FileCursor

    init(_ limits: LineReader.Limits, _ cursor: FileCursor, path: String) {
        self.limits = limits
        self.cursor = cursor
        self.path = path
    }

    /// Takes what stands at the cursor.
    ///
    /// - Parameter isWhole: whether nothing follows, so that what stands behind the last line's end is a line.
    mutating func cut(_ bytes: ArraySlice<UInt8>, isWhole: Bool) {
        var start = bytes.startIndex
        let end = bytes.endIndex
        var taken = 0
        while records.count < limits.batchRecords, taken <= limits.batchBytes,
            let newline = Self.newline(in: bytes, from: start)
        {
            close(bytes[start..<newline])
            cursor.offset += newline + 1 - start
            taken += newline + 1 - start
            start = newline + 1
        }
        guard records.count < limits.batchRecords, start < end, Self.newline(in: bytes, from: start) == nil else {
            return
        }
        takeRest(bytes[start..<end], isWhole)
    }

    /// What has no end yet.
    private mutating func takeRest(_ rest: ArraySlice<UInt8>, _ isWhole: Bool) {
        if isWhole {
            close(rest)
            cursor.offset += rest.count
        } else if cursor.isSkipping {
            cursor.offset += rest.count
        } else if rest.count > Self.holeBytes, rest.allSatisfy({ $0 == 0 }) {
            // Where a file was cut while its writer goes on at its old place, a hole of any size stands. Enough of it is
            // left that what follows is told from a record that begins with NULs.
            cursor.offset += rest.count - Self.keptNULs
        } else if rest.count > limits.recordBytes {
            add(rest.prefix(limits.recordBytes), [.oversized])
            cursor.offset += rest.count
            cursor.isSkipping = true
        }
    }

    private mutating func close(_ line: ArraySlice<UInt8>) {
        guard !cursor.isSkipping else {
            cursor.isSkipping = false
            return
        }
        let line = line.count > limits.recordBytes ? line.prefix(limits.recordBytes + 1) : line
        let stop = line.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? line.startIndex
        let trimmed = line[..<stop]
        if trimmed.count > limits.recordBytes {
            add(trimmed.prefix(limits.recordBytes), [.oversized])
        } else {
            add(trimmed, [])
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>, _ defects: Set<RecordDefect>) {
        let position = ContainerDeployment.LogPosition(path: path, offset: cursor.offset)
        let record = unsafe line.withUnsafeBytes { bytes -> LiveRecord? in
            let raw = unsafe RawRecord(bytes: bytes, position: position, defects: defects)
            guard let record = raw.withoutByteOrderMark()?.withoutLeadingNULs().record,
                unsafe !record.bytes.isEmpty
            else { return nil }
            return unsafe LiveRecord(bytes: Array(record.bytes), position: record.position, defects: record.defects)
        }
        if let record { records.append(record) }
    }

    private static let holeBytes = 64 << 10
    private static let keptNULs = 16

    private static func newline(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return nil }
            let from = unsafe base + (start - bytes.startIndex)
            guard let found = unsafe memchr(from, 10, bytes.endIndex - start) else { return nil }
            return unsafe start + (UnsafeRawPointer(found) - from)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }
}
