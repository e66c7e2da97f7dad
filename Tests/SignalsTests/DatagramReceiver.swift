import Foundation

/// A Unix datagram socket that a service manager or a journal would listen on.
final class DatagramReceiver {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size) == 0 else {
            throw POSIXError(.EINVAL)
        }
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    /// The next datagram's text; empty when none comes.
    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The text of the file that the next message hands over.
    func receiveFile() -> String {
        var control = [UInt64](repeating: 0, count: 8)
        let received = unsafe control.withUnsafeMutableBytes { control in
            var message = unsafe msghdr()
            unsafe message.msg_control = control.baseAddress
            unsafe message.msg_controllen = control.count
            return unsafe recvmsg(descriptor, &message, 0)
        }
        guard received >= 0 else { return "" }
        // The descriptor stands behind the header: a length, a level and a type.
        let file = FileHandle(fileDescriptor: Int32(truncatingIfNeeded: control[2]), closeOnDealloc: true)
        try? file.seek(toOffset: 0)
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
}
