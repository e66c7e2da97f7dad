package import Deployments
internal import Glibc

/// The file system of the host that the guard runs on, or that it sees below a directory of its own.
///
/// Between the moment of this look and the daemon's own mount, whoever can write to a directory on the way can put a
/// link in its place. What a policy allows should therefore be directories that no container and no client can write
/// to; links found at the moment of the look are refused or followed, not raced.
package struct LiveHostFiles: HostFiles {
    private let root: String

    /// - Parameter root: where the host's root directory is seen from here.
    package init(root: String = "/") { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

    /// As many links as the kernel follows.
    private static let linkLimit = 40
    private static let lengthLimit = 4096

    package func resolve(_ path: String) throws(Unresolvable) -> HostPath {
        guard path.hasPrefix("/") else { throw Unresolvable("it is no absolute path") }
        guard path.utf8.count < Self.lengthLimit, !path.utf8.contains(0) else {
            throw Unresolvable("it is no path that Linux takes")
        }
        guard isDirectory(root.isEmpty ? "/" : root) else {
            throw Unresolvable("the host's file system is not to be seen at '\(root)'")
        }
        let real = try walk(path)
        // The daemon takes `..` by the letter before any link is followed, the kernel afterwards: where the two differ,
        // it is nobody's to guess.
        guard path.contains("..") else { return real }
        guard try walk(Self.lexical(path)) == real else {
            throw Unresolvable("'..' leads elsewhere once its links are followed")
        }
        return real
    }

    private static func lexical(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private func walk(_ path: String) throws(Unresolvable) -> HostPath {
        var walk = Walk(remaining: Self.parts(path))
        while let part = walk.remaining.popLast() {
            switch part {
            case ".": continue
            case "..": _ = walk.done.popLast()
            default: try step(part, &walk)
            }
        }
        return HostPath("/" + walk.done.joined(separator: "/"))
    }

    /// A path on its way: what was walked, and what is still to be walked, the next last.
    private struct Walk {
        var done: [String] = []
        var remaining: [String]
        var links = 0
    }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").reversed().map(String.init) }

    private func step(_ part: String, _ walk: inout Walk) throws(Unresolvable) {
        if walk.done.first == "proc", walk.done.count >= 2, let magic = Self.magic(walk.done + [part]) {
            throw Unresolvable("'\(magic)' leads into a process, and elsewhere for each that looks")
        }
        let path = "/" + (walk.done + [part]).joined(separator: "/")
        switch try kind(of: path) {
        case .link(let target):
            walk.links += 1
            guard walk.links <= Self.linkLimit else { throw Unresolvable("its links lead in circles") }
            if target.hasPrefix("/") { walk.done = [] }
            walk.remaining += Self.parts(target)
            guard walk.remaining.count < Self.lengthLimit else { throw Unresolvable("its links are too long") }
        case .other, .missing: walk.done.append(part)
        }
    }

    /// Links below /proc/PID that are no links to a place: each reader is led elsewhere.
    private static func magic(_ parts: [String]) -> String? {
        guard let last = parts.last, ["root", "cwd", "exe", "fd", "map_files", "ns"].contains(last) else { return nil }
        return "/" + parts.joined(separator: "/")
    }

    private enum Kind {
        case link(String)
        case other
        case missing
    }

    private func kind(of path: String) throws(Unresolvable) -> Kind {
        // `self` and `thread-self` are the daemon's there, not the guard's.
        if path == "/proc/self" || path == "/proc/thread-self" { return .other }
        var status = stat()
        guard unsafe lstat(root + path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return .missing }
            throw Unresolvable("'\(path)' cannot be looked at (\(unsafe String(cString: strerror(errno))))")
        }
        guard status.st_mode & S_IFMT == S_IFLNK else { return .other }
        var buffer = [UInt8](repeating: 0, count: Self.lengthLimit)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe readlink(root + path, start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0, count < Self.lengthLimit, let target = String(validating: buffer[..<count], as: UTF8.self)
        else { throw Unresolvable("the link '\(path)' cannot be read") }
        return .link(target)
    }

    package func controlGroups(ofProcess id: Int32) throws(Unresolvable) -> String {
        let path = "\(root)/proc/\(id)/cgroup"
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Unresolvable("'\(path)' cannot be read") }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        guard count >= 0, count < buffer.count else { throw Unresolvable("'\(path)' cannot be read") }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
