internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An open file, or standard input.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let isOwned: Bool
    private(set) var position = 0
    /// Size in bytes; nil for what has none, such as a pipe.
    let size: Int?

    init(path: String) throws(IntakeError) {
        if path == "-" {
            descriptor = 0
            isOwned = false
            size = nil
            return
        }
        let descriptor = unsafe PathText.withPath(path) { unsafe open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw IntakeError(SystemError.words(errno)) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw IntakeError(SystemError.words(code))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw IntakeError("a folder where a file was expected")
        }
        self.descriptor = descriptor
        isOwned = true
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        while true {
            #if canImport(Glibc)
                let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
                let count = unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 {
                position += count
                return count
            }
            guard errno == EINTR else { throw IntakeError(SystemError.words(errno)) }
        }
    }
}

/// The system's words for its error codes, as parts of a sentence.
package enum SystemError {
    /// What went wrong, for `code` as the system numbers it (`errno`).
    package static func words(_ code: Int32) -> String {
        switch code {
        case ENOENT: "no such file or folder"
        case EACCES, EPERM: "permission denied"
        case ELOOP: "its links lead in a circle"
        default: unsafe String(cString: strerror(code))
        }
    }
}
