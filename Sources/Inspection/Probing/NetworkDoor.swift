internal import CNamespaces
internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Another network namespace, held open: it stays the same one, whatever becomes of the processes in it.
final class NetworkDoor: Sendable {
    /// Why nothing in it can be asked.
    struct Closed: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: Int32

    /// More of its processes than this are not tried.
    private static let maximumProcesses = 16

    /// Opens it.
    ///
    /// - Parameters:
    ///   - inode: what tells it from others: a process may end, and its number be another's.
    ///   - processes: some that were in it.
    init(_ inode: UInt64, processes: [Int], root: String = "/proc") throws(Closed) {
        var problem: Int32 = ESRCH
        for process in processes.prefix(Self.maximumProcesses) {
            let opened = unsafe open("\(root)/\(process)/ns/net", O_RDONLY | O_CLOEXEC | O_NOCTTY)
            guard opened >= 0 else {
                problem = errno
                continue
            }
            var status = stat()
            if unsafe fstat(opened, &status) == 0, UInt64(status.st_ino) == inode {
                descriptor = opened
                return
            }
            close(opened)
        }
        let isGone = [ESRCH, ENOENT].contains(problem)
        throw Closed(
            description: isGone
                ? "the processes in its network namespace ended meanwhile"
                : "its network namespace cannot be opened: \(ErrorText.words(problem))"
        )
    }

    deinit { close(descriptor) }

    /// A TCP socket in there that is connected to something that listens in there.
    ///
    /// - Returns: the socket, which is the caller's to close; or why it was refused.
    /// - Throws: why there was no way to try.
    func connect(to listener: Listener, milliseconds: Int32) async throws(Closed) -> InnerConnection.Outcome {
        let connection = InnerConnection(address: listener.address, port: listener.port, milliseconds: milliseconds)
        // The thread's network is changed for good, and the thread ends: no other work is ever done in there.
        let outcome = await OwnThread.run { [self] in
            tw_enter_network(descriptor) == 0
                ? connection.make()
                : .unreached("its network namespace cannot be entered: \(ErrorText.words(errno))")
        }
        switch outcome {
        case nil: throw Closed(description: "no thread could be made to enter its network namespace")
        case .unreached(let reason): throw Closed(description: reason)
        case let outcome?: return outcome
        }
    }
}

/// The system's errors, in its words.
enum ErrorText {
    static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
