#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What stands at a path, links followed.
package enum FileKind: Sendable {
    case file, folder
    /// A pipe, a socket or a device.
    case special

    /// Nil where there is nothing that can be looked at.
    package init?(at path: String) {
        var status = stat()
        guard unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .special
        }
    }

    /// Why nothing can be looked at there; nil where something can.
    package static func reasonForNone(at path: String) -> String? {
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
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    /// The inode.
    package let number: UInt64

    package init(device: UInt64, number: UInt64) {
        self.device = device
        self.number = number
    }

    /// Links followed; nil where there is nothing that can be looked at.
    package init?(_ path: String) {
        var status = stat()
        guard unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// The names in a folder.
package enum FolderNames {
    /// In the order of their bytes, without the hidden ones.
    package static func list(_ path: String) throws(IntakeError) -> [String] {
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
