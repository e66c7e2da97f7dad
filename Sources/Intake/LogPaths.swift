internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Turns the paths that a person names into files: folders are walked, patterns expanded.
package enum LogPaths {
    /// What came of one named path.
    package enum Expansion: Sendable, Equatable {
        case file(String)
        case failure(path: String, reason: String)
    }

    /// Every file, in the order named, folders' files by name; each path that leads nowhere is told by itself.
    package static func expand(_ paths: [String]) -> [Expansion] {
        paths.flatMap { path in path == "-" ? [.file("-")] : expand(path) }
    }

    private static func expand(_ path: String) -> [Expansion] {
        if exists(path) { return walk(path, depth: 0) }
        guard path.contains(where: { "*?[".contains($0) }) else {
            return [.failure(path: path, reason: "no such file or folder")]
        }
        let found = matches(path)
        if found.isEmpty { return [.failure(path: path, reason: "nothing matches")] }
        return found.flatMap { walk($0, depth: 0) }
    }

    /// Bytes of a regular file; nil for what has no size, such as a pipe.
    package static func size(of path: String) -> Int? {
        var status = stat()
        guard path != "-", unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func matches(_ pattern: String) -> [String] {
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe glob(pattern, 0, nil, &result) == 0 else { return [] }
        return unsafe (0..<Int(result.gl_pathc)).compactMap { index in
            unsafe result.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }

    /// Links below a folder are followed to files, not to folders, so that no loop is walked.
    private static func walk(_ path: String, depth: Int) -> [Expansion] {
        guard isFolder(path) else { return [.file(path)] }
        guard depth < 64 else { return [.failure(path: path, reason: "folders are nested deeper than 64")] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            return [.failure(path: path, reason: "the folder cannot be read: permission denied")]
        }
        return names.filter { !$0.hasPrefix(".") }.flatMap { name -> [Expansion] in
            let inner = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: inner)) != nil
            return isLink && isFolder(inner) ? [] : walk(inner, depth: depth + 1)
        }
    }
}
