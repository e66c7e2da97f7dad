internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A regular file, read wherever one likes.
final class PlainFile: StoredFile {
    private let descriptor: Int32
    let identity: FileIdentity
    var isCompressed: Bool { false }

    /// Opens the file at `path`, links followed.
    ///
    /// - Throws: ``FileFailure`` where it cannot be opened, or is no regular file.
    init(path: String) throws(FileFailure) {
        // Without waiting: what is put in a log's place may be a pipe.
        let descriptor = unsafe PathText.withPath(path) { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw .system(errno) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .noRegularFile
        }
        self.descriptor = descriptor
        identity = FileIdentity(status)
    }

    deinit { close(descriptor) }

    func status() throws(IntakeError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw IntakeError(SystemError.words(errno)) }
        return FileStatus(status)
    }

    func head() throws(IntakeError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FileHead.maximumLength)
        var result: Result<Int, IntakeError> = .success(0)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            result = Result { () throws(IntakeError) in try unsafe read(at: 0, into: buffer) }
        }
        bytes.removeLast(bytes.count - (try result.get()))
        return bytes
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count > 0 {
                filled += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw IntakeError(SystemError.words(errno))
            }
        }
        return filled
    }

    func forget(before offset: Int) {}
}

extension FileIdentity {
    init(_ status: stat) {
        self.init(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino)
        )
    }
}

extension FileStatus {
    init(_ status: stat) {
        #if canImport(Glibc)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        self.init(
            size: Int(status.st_size),
            modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            isUnlinked: status.st_nlink == 0
        )
    }

    /// What stands at `path`, links followed, if it is a regular file.
    static func regularFile(at path: String) -> (identity: FileIdentity, status: FileStatus)? {
        var status = stat()
        guard unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return (FileIdentity(status), FileStatus(status))
    }
}
