internal import Glibc
internal import NIOSSL
internal import Synchronization

/// What a listener shows to new connections: its certificate, replaced as a whole when its files change.
///
/// Connections that stand keep what they began with.
final class ServedContext: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Until when its certificate is valid, in seconds since 1970.
        var notAfter: Int64?
        /// What the files were when they were last looked at.
        var stamps: [FileStamp?]
    }

    private let files: ServiceTLS
    private let state: Mutex<State>

    init(_ files: ServiceTLS) throws(RelayError) {
        self.files = files
        // Looked at before they are read: a change in between is seen the next time.
        let stamps = files.paths.map(FileStamp.init)
        state = Mutex(State(context: try files.context(), notAfter: files.notAfter, stamps: stamps))
    }

    var current: NIOSSLContext { state.withLock { $0.context } }

    /// Until when what is shown is valid, in seconds since 1970.
    var notAfter: Int64? { state.withLock(\.notAfter) }

    /// Reads the files again where they changed since they were last looked at.
    ///
    /// - Parameter always: whether they are read even if they look unchanged.
    /// - Returns: whether new connections are shown another certificate from now on.
    /// - Throws: when they cannot be used; what was there stays, and is not tried again until they change.
    func refresh(always: Bool) throws(RelayError) -> Bool {
        let stamps = files.paths.map(FileStamp.init)
        let isChanged = state.withLock { state in
            defer { state.stamps = stamps }
            return state.stamps != stamps
        }
        guard isChanged || always else { return false }
        let context = try files.context()
        let notAfter = files.notAfter
        state.withLock { state in
            state.context = context
            state.notAfter = notAfter
        }
        return true
    }
}

/// What tells one version of a file from another.
private struct FileStamp: Equatable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64

    /// Nil where there is none.
    ///
    /// Links are followed: Kubernetes replaces a mounted secret by another link.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}
