internal import Glibc
internal import NIOCore

/// What the kernel noted of a Unix socket's other end when it connected (SO_PEERCRED, unix(7)).
enum PeerCredentialsOption {
    /// `struct ucred`, which Swift's view of the C library lacks.
    private struct Record {
        var processID: Int32
        var userID: UInt32
        var groupID: UInt32
    }

    static func read(_ channel: any SocketOptionProvider) -> EventLoopFuture<PeerCredentials> {
        let option: EventLoopFuture<Record> = channel.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET),
            name: SocketOptionName(SO_PEERCRED)
        )
        return option.map { PeerCredentials(processID: $0.processID, userID: $0.userID, groupID: $0.groupID) }
    }
}
