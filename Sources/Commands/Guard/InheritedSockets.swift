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
}
