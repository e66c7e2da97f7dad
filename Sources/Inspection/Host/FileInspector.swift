internal import CAccessControl
internal import Foundation
internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Looks at files: what they are, who may do what with them, and the text of those that checks read.
struct FileInspector {
    /// What paths are below; another folder than the host's own root in tests and in containers that mount it.
    var root = ""

    /// Texts are taken up to here, in bytes.
    private static let maximumText = 1 << 20
    /// A pattern names no more files than this.
    private static let maximumMatches = 1_000

    /// A file and the folders above it, which decide as well who may replace it.
    func file(_ path: String, _ part: FileRequest.Part) -> HostFile {
        var status = stat()
        guard unsafe lstat(root + path, &status) == 0 else {
            var file = HostFile(path, .missing)
            if errno != ENOENT, errno != ENOTDIR { file.problem = unsafe String(cString: strerror(errno)) }
            return file
        }
        var isLink = false
        if status.st_mode & S_IFMT == S_IFLNK {
            // What a link leads to is what programs use; a link by itself has no permissions.
            isLink = true
            guard unsafe stat(root + path, &status) == 0 else {
                var file = HostFile(path, .missing)
                if errno != ENOENT { file.problem = unsafe String(cString: strerror(errno)) }
                return file
            }
        }
        var file = HostFile(
            path,
            Self.kind(status.st_mode),
            mode: UInt16(truncatingIfNeeded: status.st_mode & 0o7777),
            owner: status.st_uid,
            group: status.st_gid
        )
        file.modified = Double(status.st_mtim.tv_sec)
        file.accessEntries = AccessList.entries(of: isLink ? resolved(root + path) : root + path)
        if file.kind == .regular { take(part, of: &file) }
        return file
    }

    private func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private func take(_ part: FileRequest.Part, of file: inout HostFile) {
        if part == .facts { return }
        do throws(SmallFile.Failure) {
            let bytes = try SmallFile.read(root + file.path, limit: Self.maximumText)
            switch part {
            case .certificates: file.certificates = CertificateReader.facts(inPEM: bytes)
            case .text, .facts: file.text = SecretText.masked(String(decoding: bytes, as: UTF8.self))
            }
        } catch {
            file.problem = error.description
        }
    }

    private static func kind(_ mode: mode_t) -> HostFile.Kind {
        switch mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        case S_IFSOCK: .socket
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// The paths that a pattern names: stars stand for any text within one part of a path; the pattern itself where it has
    /// none.
    func paths(_ pattern: String) -> [String] {
        var found = [""]
        for part in pattern.split(separator: "/") {
            guard part.contains("*") else {
                found = found.map { "\($0)/\(part)" }
                continue
            }
            found = found.flatMap { folder -> [String] in
                let names = (try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []
                return names.filter { Self.matches(String(part), $0) }.sorted().map { "\(folder)/\($0)" }
            }
            found = Array(found.prefix(Self.maximumMatches))
        }
        return found
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        // A star names no hidden files, as in a shell.
        guard !name.hasPrefix(".") || pattern.hasPrefix(".") else { return false }
        return unsafe fnmatch(pattern, name, 0) == 0
    }
}

/// Access control lists (acl(5)), as the kernel stores them.
enum AccessList {
    /// The entries beyond owner, group and others, as `getfacl` writes them; none where there is no list.
    static func entries(of path: String) -> [String] {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let size = unsafe bytes.withUnsafeMutableBytes { unsafe tw_access_list(path, $0.baseAddress, UInt($0.count)) }
        return size > 4 ? entries(Array(bytes.prefix(size))) : []
    }

    /// A version of 4 bytes, then for each entry tag, permissions and id, of 2, 2 and 4 bytes, little-endian.
    ///
    /// Source: Linux, include/uapi/linux/posix_acl_xattr.h.
    static func entries(_ bytes: [UInt8]) -> [String] {
        func number(_ place: Int, _ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
        }
        guard bytes.count >= 4, number(0, 4) == 2 else { return [] }
        return stride(from: 4, through: bytes.count - 8, by: 8).compactMap { place in
            let permissions = number(place + 2, 2)
            let words = [(4, "r"), (2, "w"), (1, "x")].map { permissions & $0.0 != 0 ? $0.1 : "-" }.joined()
            return switch number(place, 2) {
            case 0x02: "user:\(number(place + 4, 4)):\(words)"
            case 0x08: "group:\(number(place + 4, 4)):\(words)"
            case 0x10: "mask::\(words)"
            default: nil
            }
        }
    }
}
