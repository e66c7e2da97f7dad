#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where a ledger is kept: what it holds is for its owner's eyes alone.
enum LedgerFile {
    /// The same path from the root on; SQLite would take some relative ones for URIs.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let folder = unsafe getcwd(nil, 0) else { return "./\(path)" }
        defer { unsafe free(folder) }
        return unsafe "\(String(cString: folder))/\(path)"
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Bytes of the file; 0 where there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Makes an empty ledger where there is none, and its folder, for their owner alone.
    static func make(_ path: String) throws(LedgerError) {
        guard !exists(path) else { return }
        try makeFolder(of: path)
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 || errno == EEXIST else {
            throw LedgerError(reason(errno), "\(path) cannot be made: \(text(errno))")
        }
        if descriptor >= 0 { close(descriptor) }
    }

    static func makeFolder(of path: String) throws(LedgerError) {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST || exists(folder) else {
                throw LedgerError(reason(errno), "the ledger's folder \(folder) cannot be made: \(text(errno))")
            }
        }
    }

    static func text(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    private static func reason(_ number: Int32) -> LedgerError.Reason {
        switch number {
        case ENOSPC, EDQUOT: .full
        case EACCES, EPERM, EROFS: .denied
        default: .inputOutput
        }
    }
}
