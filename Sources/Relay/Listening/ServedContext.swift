internal import Glibc
internal import NIOSSL
internal import Synchronization

/// What a listener shows to new connections: its certificate, replaced as a whole when its files or what is held change.
///
/// Connections that stand keep what they began with.
final class ServedContext: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Until when its certificate is valid, in seconds since 1970.
        var notAfter: Int64?
        /// What files and memory were when they were last looked at.
        var stamp: SourceStamp
    }

    private let service: ServiceTLS
    private let state: Mutex<State>

    init(_ service: ServiceTLS) throws(RelayError) {
        self.service = service
        // Looked at before it is read: a change in between is seen the next time.
        let stamp = SourceStamp(service)
        state = Mutex(State(context: try service.context(), notAfter: service.notAfter, stamp: stamp))
    }

    var current: NIOSSLContext { state.withLock { $0.context } }

    /// Until when what is shown is valid, in seconds since 1970.
    var notAfter: Int64? { state.withLock(\.notAfter) }

    /// Reads files and memory again where they changed since they were last looked at.
    ///
    /// - Parameter always: whether files are read even if they look unchanged.
    /// - Returns: whether new connections are shown another certificate from now on.
    /// - Throws: when they cannot be used; what was there stays, and is not tried again until they change.
    func refresh(always: Bool) throws(RelayError) -> Bool {
        let stamp = SourceStamp(service)
        let isChanged = state.withLock { state in
            defer { state.stamp = stamp }
            return state.stamp != stamp
        }
        guard isChanged || always && !service.paths.isEmpty else { return false }
        let context = try service.context()
        let notAfter = service.notAfter
        state.withLock { state in
            state.context = context
            state.notAfter = notAfter
        }
        return true
    }
}

/// What tells one state of a service's files and memory from another.
private struct SourceStamp: Equatable {
    var files: [FileStamp?]
    /// How often what is held was replaced; nil where nothing is.
    var replacements: Int?

    init(_ service: ServiceTLS) {
        files = service.paths.map(FileStamp.init)
        if case .held(let held) = service.source { replacements = held.current.replacements }
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
