#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Listening sockets that whoever started the process handed over.
///
/// systemd's sd_listen_fds(3): `LISTEN_PID` names the process, `LISTEN_FDS` says how many there are from 3 on.
enum InheritedSockets {
    /// More than any socket unit has.
    private static let most = 64

    /// Their descriptors; empty where none are meant for this process.
    static func descriptors(environment: [String: String], processID: Int32) -> [Int32] {
        guard environment["LISTEN_PID"] == String(processID), let count = environment["LISTEN_FDS"].flatMap(Int.init),
            (1...most).contains(count)
        else { return [] }
        let descriptors = (0..<Int32(count)).map { 3 + $0 }
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptors
    }

    /// The path of a Unix socket; nil for another, or one without a path.
    static func path(of descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isKnown = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isKnown, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let bytes = unsafe withUnsafeBytes(of: &address.sun_path) { unsafe Array($0.prefix { $0 != 0 }) }
        return bytes.first == UInt8(ascii: "/") ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
