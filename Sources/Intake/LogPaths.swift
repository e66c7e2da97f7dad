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

    /// Every file once, in the order named, folders' files by name; each path that leads nowhere is told by itself.
    ///
    /// A file reached by two paths is read by the first: the links in `/var/log/containers` lead into `/var/log/pods`.
    package static func expand(_ paths: [String]) -> [Expansion] {
        var seen: Set<FileIdentity> = []
        return paths.flatMap { path in path == "-" ? [.file("-")] : expand(path) }.filter { expansion in
            guard case .file(let path) = expansion, let identity = FileIdentity(path) else { return true }
            return seen.insert(identity).inserted
        }
    }

    private static func expand(_ path: String) -> [Expansion] {
        if let reason = FileKind.reasonForNone(at: path) {
            guard path.contains(where: { "*?[".contains($0) }) else { return [.failure(path: path, reason: reason)] }
            let found = matches(path)
            if found.isEmpty { return [.failure(path: path, reason: "nothing matches")] }
            return found.flatMap { walk($0, depth: 0) }
        }
        return walk(path, depth: 0)
    }

    /// Bytes of a regular file; nil for what has no size, such as a pipe.
    package static func size(of path: String) -> Int? {
        var status = stat()
        guard path != "-", unsafe PathText.withPath(path, { unsafe stat($0, &status) }) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return Int(status.st_size)
    }

    /// Every path that `pattern` matches (glob(7)), sorted; hidden files only where the pattern says so.
    package static func matches(_ pattern: String) -> [String] {
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe PathText.withPath(pattern, { unsafe glob($0, 0, nil, &result) }) == 0 else { return [] }
        return unsafe (0..<Int(result.gl_pathc)).compactMap { index in
            unsafe result.gl_pathv[index].map { unsafe PathText.text(of: UnsafePointer($0)) }
        }
    }

    /// What is named is read, whatever it is; below a folder only files are.
    ///
    /// Links below a folder are followed to files, not to folders, so that no loop is walked. Pipes, sockets and
    /// devices are left out: reading one could wait for ever.
    private static func walk(_ path: String, depth: Int) -> [Expansion] {
        guard FileKind(at: path) == .folder else { return [.file(path)] }
        guard depth < maximumDepth else {
            return [.failure(path: path, reason: "folders are nested deeper than \(maximumDepth)")]
        }
        let names: [String]
        do throws(IntakeError) {
            names = try FolderNames.list(path)
        } catch {
            return [.failure(path: path, reason: "the folder cannot be read: \(error.description)")]
        }
        return names.flatMap { name -> [Expansion] in
            let inner = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            switch FileKind(at: inner) {
            case .folder: return FileKind.isLink(inner) ? [] : walk(inner, depth: depth + 1)
            case .special: return []
            // What is gone or leads nowhere is told when it is opened.
            case .file, nil: return [.file(inner)]
            }
        }
    }

    private static let maximumDepth = 64
}
