internal import Intake

/// A rotated log that was compressed, read as the text that it holds.
final class CompressedFile: StoredFile {
    private let log: LogFile
    private let modified: Int64
    let identity: FileIdentity
    var isCompressed: Bool { true }

    /// Text that was decompressed and may be read again.
    private var window: [UInt8] = []
    /// Where `window` begins in the text.
    private var start = 0
    private var isAtEnd = false
    /// Met behind text that had to be given first.
    private var failure: IntakeError?
    private var piece = [UInt8](repeating: 0, count: 256 << 10)

    init(path: String) throws(IntakeError) {
        guard let before = FileStatus.regularFile(at: path) else { throw IntakeError("no regular file") }
        log = try LogFile(path: path)
        // Rotation gives names to other files: what was opened has to be what was looked at.
        guard FileStatus.regularFile(at: path)?.identity == before.identity else {
            throw IntakeError("it was renamed while it was opened")
        }
        identity = before.identity
        modified = before.status.modified
    }

    func status() throws(IntakeError) -> FileStatus { FileStatus(size: nil, modified: modified, isUnlinked: false) }

    func head() throws(IntakeError) -> [UInt8] { Array(log.head.prefix(FileHead.maximumLength)) }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        while !isAtEnd, start + window.count < offset + buffer.count {
            if start + window.count < offset { forget(before: start + window.count) }
            do throws(IntakeError) {
                let count = try log.read(into: &piece)
                isAtEnd = count == 0
                window += piece[..<count]
            } catch {
                (isAtEnd, failure) = (true, error)
            }
        }
        let from = offset - start
        guard from >= 0, from < window.count else {
            if let failure { throw failure }
            return 0
        }
        let count = min(buffer.count, window.count - from)
        unsafe buffer.copyBytes(from: window[from..<(from + count)])
        return count
    }

    func forget(before offset: Int) {
        let count = min(offset - start, window.count)
        guard count > 0 else { return }
        window.removeFirst(count)
        start += count
    }
}
