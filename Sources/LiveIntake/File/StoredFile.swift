internal import Intake

/// A file that lines are read from, forwards.
protocol StoredFile: AnyObject {
    var identity: FileIdentity { get }
    var isCompressed: Bool { get }

    /// How it is now.
    func status() throws(IntakeError) -> FileStatus

    /// The first bytes, at most ``FileHead/maximumLength``.
    func head() throws(IntakeError) -> [UInt8]

    /// Fills the start of `buffer` from `offset`, which is never before the one of an earlier call that `forget` was told.
    ///
    /// - Returns: how many bytes there are; fewer than asked for only at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int

    /// Says that nothing before `offset` is read again.
    func forget(before offset: Int)
}

struct FileStatus {
    /// In bytes; nil where only reading on tells.
    var size: Int?
    /// In nanoseconds since 1970.
    var modified: Int64
    /// Whether no name leads to it any longer.
    var isUnlinked: Bool
}

extension StoredFile {
    /// Whether it holds what `cursor` has read, told by its beginning and its size.
    func holds(_ cursor: FileCursor) -> Bool {
        guard let status = try? status(), let head = try? head() else { return false }
        if let size = status.size, size < cursor.offset { return false }
        return cursor.head.isHead(of: head)
    }
}
