#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What stands at a path, links followed.
enum FileKind {
    case file, folder
    /// A pipe, a socket or a device.
    case special

    /// Nil where there is nothing that can be looked at.
    init?(at path: String) {
        var status = stat()
        guard unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .special
        }
    }

    /// Why nothing can be looked at there; nil where something can.
    static func reasonForNone(at path: String) -> String? {
        var status = stat()
        return unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0 ? nil : SystemError.words(errno)
    }

    /// Whether the path itself is a link.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe PathText.withPath(path, { unsafe lstat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}

/// What makes two paths the same file.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    init?(_ path: String) {
        var status = stat()
        guard unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// The names in a folder.
enum FolderNames {
    /// In the order of their bytes, without the hidden ones.
    static func list(_ path: String) throws(IntakeError) -> [String] {
        guard let folder = unsafe PathText.withPath(path, { unsafe opendir($0) }) else {
            throw IntakeError(SystemError.words(errno))
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe PathText.text(of: UnsafePointer($0))
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw IntakeError(SystemError.words(errno)) }
        return names.sorted { PathText.bytes(of: $0).lexicographicallyPrecedes(PathText.bytes(of: $1)) }
    }
}
