internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A path that may hold `*`, `?` and `[…]`.
struct PathPattern: Sendable, Equatable {
    let text: String

    init(_ text: String) { self.text = text }

    var isPattern: Bool { text.contains { "*?[".contains($0) } }

    /// What stands there now.
    var matches: [String] { isPattern ? LogPaths.matches(text) : [text] }

    /// Whether it would match `path`, component by component.
    func matches(_ path: String) -> Bool { isPattern ? isMatch(path, FNM_PATHNAME | FNM_PERIOD) : path == text }

    /// Whether it matches `path`, slashes like any other byte.
    func matchesAcrossFolders(_ path: String) -> Bool { isMatch(path, 0) }

    private func isMatch(_ path: String, _ flags: Int32) -> Bool {
        unsafe PathText.withPath(text) { pattern in
            unsafe PathText.withPath(path) { path in unsafe fnmatch(pattern, path, flags) == 0 }
        }
    }

    /// The folders in which something would have to come for more to match: those on the way to what it names.
    var folders: [String] {
        guard let first = text.firstIndex(where: { "*?[".contains($0) }) else { return [text.folderPath] }
        let slashes = text.indices.filter { $0 > first && text[$0] == "/" }
        // Matches of a path with a slash behind it are folders alone.
        let below = slashes.flatMap { LogPaths.matches(String(text[...$0])) }
        return [String(text[..<first]).folderPath] + below.map { String($0.dropLast()) }
    }
}
