internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file or a pipe of entries in the export format.
final class ExportFile {
    private let descriptor: Int32
    private let path: String
    private let identity: FileIdentity
    /// Whether it is a file, which can be read again.
    let isRegular: Bool
    private var offset = 0

    init(path: String) throws(IntakeError) {
        // A pipe is opened for writing, too, so that it does not end whenever its writer does.
        let isPipe = FileKind(at: path) == .special
        let descriptor = unsafe PathText.withPath(path) { path in
            unsafe open(path, (isPipe ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else { throw IntakeError(FileFailure.system(errno).words(path)) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw IntakeError("\(PathText.shown(path)) is neither a file nor a pipe")
        }
        self.descriptor = descriptor
        self.path = path
        identity = FileIdentity(status)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(descriptor) }

    /// What has come; the end of a file is one only once another stands in its place, or it was cut.
    func read() -> PipeReader.Reading {
        guard isRegular else { return PipeReader(descriptor).read() }
        switch PipeReader(descriptor).read() {
        case .bytes(let bytes):
            offset += bytes.count
            return .bytes(bytes)
        case .end:
            guard let found = FileStatus.regularFile(at: path) else { return .nothing }
            return found.identity == identity && found.status.size ?? 0 >= offset ? .nothing : .end
        case let other: return other
        }
    }
}
