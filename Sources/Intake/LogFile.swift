package import Dialects
internal import JSON

/// One log: a file or standard input, decompressed, and lent record by record.
package final class LogFile {
    /// As it was named.
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
        self.path = path
        let file = try FileSource(path: path)
        size = file.size
        var magic = [UInt8](repeating: 0, count: 4)
        let count = try Self.fill(&magic, from: file)
        magic.removeLast(4 - count)
        let raw = PrependedSource(magic, file)
        let plain: any ByteSource =
            if magic.starts(with: [0x1f, 0x8b]) {
                try GzipSource(raw)
            } else if magic == [0x28, 0xb5, 0x2f, 0xfd] {
                try ZstdSource(raw)
            } else {
                raw
            }
        var head = [UInt8](repeating: 0, count: Self.headBytes)
        var failure: IntakeError?
        var filled = 0
        do throws(IntakeError) { filled = try Self.fill(&head, from: plain) } catch { failure = error }
        head.removeLast(Self.headBytes - filled)
        self.head = head
        source = PrependedSource(head, failure.map { FailingSource($0, plain) } ?? plain)
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
        try framer.run(source, body)
    }

    private static func fill(_ bytes: inout [UInt8], from source: any ByteSource) throws(IntakeError) -> Int {
        var filled = 0
        let wanted = bytes.count
        while filled < wanted {
            var outcome: Result<Int, IntakeError> = .success(0)
            let start = filled
            unsafe bytes.withUnsafeMutableBytes { buffer in
                do throws(IntakeError) {
                    outcome = .success(
                        try unsafe source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
                    )
                } catch {
                    outcome = .failure(error)
                }
            }
            let count = try outcome.get()
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}

/// A source whose failure was met while its head was read: told when the head has been used up.
private final class FailingSource: ByteSource {
    private let failure: IntakeError
    private let source: any ByteSource
    var position: Int { source.position }

    init(_ failure: IntakeError, _ source: any ByteSource) {
        self.failure = failure
        self.source = source
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int { throw failure }
}
