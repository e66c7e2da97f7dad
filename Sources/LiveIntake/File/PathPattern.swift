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

    /// The folder above the first component that is a pattern: where new folders come.
    var fixedFolder: String {
        guard let first = text.firstIndex(where: { "*?[".contains($0) }) else { return text.folderPath }
        return String(text[..<first]).folderPath
    }
}
