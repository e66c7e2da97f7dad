internal import Glibc

/// A listening Unix socket that nobody could connect to before its owner and permissions were set.
///
/// It is made under another name in the same directory, open to nobody else, given its owner and permissions, and only
/// then renamed to where it is expected; so there is no moment at which the wrong one can connect, and none at which a
/// client finds no socket.
package struct UnixSocket: Sendable {
    package var descriptor: Int32
    package var path: String
    /// Which file it is, so that only that one is removed.
    private var device: UInt
    private var inode: UInt

    /// Opens a socket to which streams are connected.
    static func listen(at path: String, access: SocketAccess) throws(RelayError) -> UnixSocket {
        try open(at: path, access: access, Int32(SOCK_STREAM.rawValue))
    }

    /// Opens a socket to which datagrams are sent; reading from it does not block.
    package static func receive(at path: String, access: SocketAccess) throws(RelayError) -> UnixSocket {
        try open(at: path, access: access, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue))
    }

    private static func open(at path: String, access: SocketAccess, _ type: Int32) throws(RelayError) -> UnixSocket {
        let isStream = type == Int32(SOCK_STREAM.rawValue)
        try checkDirectory(of: path)
        try checkPlace(path, type)
        let owner = try access.owner.map { name throws(RelayError) in try Accounts.user(name) }
        let group = try access.group.map { name throws(RelayError) in try Accounts.group(name) }
        let temporary = directory(of: path) + "/.\(getpid())-\(UInt16.random(in: .min ... .max))"
        let descriptor = socket(AF_UNIX, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("cannot make a socket", path) }
        do throws(RelayError) {
            // The mode of the socket's file is that of the descriptor, less the umask.
            guard fchmod(descriptor, 0o600) == 0, try bind(descriptor, to: temporary) else {
                throw failure("cannot make the socket in the directory", path)
            }
            guard unsafe lchown(temporary, owner ?? uid_t.max, group ?? gid_t.max) == 0 else {
                throw failure("cannot give the socket its owner and group", path)
            }
            guard unsafe chmod(temporary, access.mode) == 0 else { throw failure("cannot set the socket's mode", path) }
            guard !isStream || Glibc.listen(descriptor, 1_024) == 0 else { throw failure("cannot listen", path) }
            guard let file = file(at: temporary) else { throw failure("cannot look at the socket", path) }
            guard unsafe rename(temporary, path) == 0 else { throw failure("cannot put the socket in its place", path) }
            return UnixSocket(descriptor: descriptor, path: path, device: file.st_dev, inode: file.st_ino)
        } catch {
            close(descriptor)
            unsafe unlink(temporary)
            throw error
        }
    }

    /// Removes the socket's file, if it is still this one.
    package func remove() {
        guard let file = Self.file(at: path), file.st_dev == device, file.st_ino == inode else { return }
        unsafe unlink(path)
    }

    private static func checkDirectory(of path: String) throws(RelayError) {
        let directory = directory(of: path)
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else { throw failure("cannot look at the directory", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw RelayError(.listen, "unix://\(path): \(directory) is no directory")
        }
        guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else {
            throw RelayError(
                .listen,
                "unix://\(path): anybody may replace files in \(directory); use a directory that only its owner may write"
            )
        }
    }

    /// Nothing may stand there but a socket that nobody listens on any more.
    private static func checkPlace(_ path: String, _ type: Int32) throws(RelayError) {
        _ = unsafe try withAddress(of: path) { _, _ in true }
        guard let file = file(at: path) else {
            guard errno == ENOENT else { throw failure("cannot look at what is there", path) }
            return
        }
        guard file.st_mode & S_IFMT == S_IFSOCK else {
            throw RelayError(
                .listen,
                "unix://\(path): there is something that is no socket; remove it or choose another path"
            )
        }
        let probe = socket(AF_UNIX, type | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw failure("cannot make a socket", path) }
        defer { close(probe) }
        let isConnected = unsafe try withAddress(of: path) { unsafe connect(probe, $0, $1) == 0 }
        guard !isConnected, errno == ECONNREFUSED else {
            throw RelayError(.listen, "unix://\(path): another process listens there; stop it first")
        }
    }

    private static func bind(_ descriptor: Int32, to path: String) throws(RelayError) -> Bool {
        unsafe try withAddress(of: path) { unsafe Glibc.bind(descriptor, $0, $1) == 0 }
    }

    private static func withAddress(
        of path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) throws(RelayError) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count <= capacity, !path.utf8.contains(0) else {
            throw RelayError(
                .listen,
                "unix://\(path): longer than the \(capacity - 1) bytes that a socket's path may have"
            )
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func file(at path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    private static func directory(of path: String) -> String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private static func failure(_ what: String, _ path: String) -> RelayError {
        RelayError(.listen, "unix://\(path): \(what): \(unsafe String(cString: strerror(errno)))")
    }
}
