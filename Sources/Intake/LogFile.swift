package import Dialects
internal import JSON

/// One log: a file or standard input, decompressed, and lent record by record.
package final class LogFile {
    /// As it was named, for people and reports.
    package let path: String
    /// Bytes of the file, compressed where it is; nil for what has no size.
    package let size: Int?
    /// The first bytes, decompressed: what its format is told by.
    package let head: [UInt8]

    private let source: any ByteSource
    /// Bytes of the file taken so far, for progress.
    package var position: Int { source.position }

    /// How much of a file is looked at to tell its format.
    static let headBytes = 64 << 10

    /// Opens the file at `path`, or standard input for `-`, and looks at its head.
    package init(path: String) throws(IntakeError) {
        self.path = PathText.shown(path)
        let file = try FileSource(path: path)
        size = file.size
        let magic = Self.head(of: file, count: 4)
        let raw = PrependedSource(magic.bytes, magic.failure.map { FailingSource($0, file) } ?? file)
        let plain: any ByteSource =
            if magic.bytes.starts(with: [0x1f, 0x8b]) {
                try GzipSource(raw)
            } else if ZstdSource.isRecognised(magic.bytes) {
                try ZstdSource(raw)
            } else {
                raw
            }
        let head = Self.head(of: plain, count: Self.headBytes)
        self.head = head.bytes
        source = PrependedSource(head.bytes, head.failure.map { FailingSource($0, plain) } ?? plain)
    }

    /// Lends every record to `body`, in order.
    ///
    /// - Parameters:
    ///   - framing: how records are told apart.
    ///   - maximumRecordBytes: a longer record is lent cut, marked as oversized.
    /// - Throws: ``IntakeError`` where the source ends early; the records before it have been lent.
    package func forEachRecord(
        _ framing: Framing,
        maximumRecordBytes: Int,
        _ body: (RawRecord) -> Void
    ) throws(IntakeError) {
        var framer = Framer(framing, path: path, maximumRecordBytes: maximumRecordBytes)
        guard head.starts(with: FormatDetection.byteOrderMark) else { return try framer.run(source, body) }
        try framer.run(source) { record in
            if let record = record.withoutByteOrderMark() { body(record) }
        }
    }

    /// Fills the start of `buffer`, which is not empty; 0 at the end.
    package func read(into buffer: inout [UInt8]) throws(IntakeError) -> Int {
        var result: Result<Int, IntakeError> = .success(0)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            result = Result { () throws(IntakeError) in try unsafe source.read(into: bytes) }
        }
        return try result.get()
    }

    /// The first `count` bytes, or all there are; a failure is told behind those that came before it.
    static func head(of source: any ByteSource, count: Int) -> (bytes: [UInt8], failure: IntakeError?) {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        var failure: IntakeError?
        unsafe bytes.withUnsafeMutableBytes { buffer in
            do throws(IntakeError) {
                while filled < count {
                    let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                    let read = try unsafe source.read(into: piece)
                    if read == 0 { break }
                    filled += read
                }
            } catch {
                failure = error
            }
        }
        bytes.removeLast(count - filled)
        return (bytes, failure)
    }
}
