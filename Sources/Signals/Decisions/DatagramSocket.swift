#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A socket that sends datagrams to one Unix socket, by its path or, on Linux, its abstract name (`@name`).
package struct DatagramSocket: Sendable {
    private let descriptor: OwnedDescriptor
    private let address: sockaddr_un
    private let length: socklen_t
    private let path: String

    /// How long a full receiver is waited for, in milliseconds.
    private static let patience: Int32 = 2_000

    package init(to path: String) throws(DatagramError) {
        self.path = path
        (address, length) = try Self.address(path)
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        guard descriptor >= 0 else { throw DatagramError("no socket can be made: \(SystemError.text(errno))") }
        self.descriptor = OwnedDescriptor(owning: descriptor)
    }

    /// Sends one datagram; one that is too large for that as a file in memory, which journald takes.
    package func send(_ bytes: [UInt8]) throws(DatagramError) {
        while true {
            let result = unsafe bytes.withUnsafeBytes { buffer in
                unsafe withAddress { address in
                    unsafe sendto(descriptor.number, buffer.baseAddress, buffer.count, Self.flags, address, length)
                }
            }
            if result >= 0 { return }
            switch errno {
            case EINTR: continue
            case EAGAIN where isWritable(): continue
            case EMSGSIZE: return try sendAsFile(bytes)
            case let number: throw DatagramError("\(path): \(SystemError.text(number))")
            }
        }
    }

    #if canImport(Glibc)
        private static let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    #else
        private static let flags = MSG_DONTWAIT
    #endif

    private func isWritable() -> Bool {
        var wanted = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&wanted, 1, Self.patience) > 0
    }

    private func withAddress<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
        }
    }

    private static func address(_ path: String) throws(DatagramError) -> (sockaddr_un, socklen_t) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !name.isEmpty, name.count < capacity else { throw DatagramError("'\(path)' is no socket's name") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        // An abstract name ends with the address; a path with its zero.
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return (address, socklen_t(offset + name.count + (isAbstract ? 0 : 1)))
    }

    private func sendAsFile(_ bytes: [UInt8]) throws(DatagramError) {
        #if os(Linux)
            let file = try MemoryFile(holding: bytes)
            let result = unsafe withAddress { address in
                unsafe Self.sendDescriptor(file.descriptor.number, over: descriptor.number, to: address, length)
            }
            guard result >= 0 else { throw DatagramError("\(path): \(SystemError.text(errno))") }
        #else
            throw DatagramError("\(path): \(SystemError.text(EMSGSIZE))")
        #endif
    }
}

/// Why a datagram was not sent.
package struct DatagramError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

#if os(Linux)
    /// A file in memory without a name, as journald wants entries that no datagram holds.
    private struct MemoryFile {
        let descriptor: OwnedDescriptor

        init(holding bytes: [UInt8]) throws(DatagramError) {
            var name = Array("/dev/shm/tidewaiter-XXXXXX".utf8CString)
            let number = unsafe mkstemp(&name)
            guard number >= 0 else { throw DatagramError("no memory file can be made: \(SystemError.text(errno))") }
            descriptor = OwnedDescriptor(owning: number)
            unsafe unlink(name)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
                guard count > 0 || errno == EINTR else {
                    throw DatagramError("a memory file cannot be written: \(SystemError.text(errno))")
                }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }

    extension DatagramSocket {
        /// A header (cmsg(3)) with one descriptor behind it, to the header's alignment.
        private struct DescriptorMessage {
            var header = cmsghdr()
            var descriptor: Int32
            var padding: Int32 = 0
        }

        /// Sends a descriptor (unix(7), SCM_RIGHTS) and nothing else.
        fileprivate static func sendDescriptor(
            _ number: Int32,
            over socket: Int32,
            to address: UnsafePointer<sockaddr>,
            _ length: socklen_t
        ) -> Int {
            var control = DescriptorMessage(descriptor: number)
            control.header.cmsg_level = SOL_SOCKET
            control.header.cmsg_type = Int32(SCM_RIGHTS)
            control.header.cmsg_len = MemoryLayout<cmsghdr>.size + MemoryLayout<Int32>.size
            return unsafe withUnsafeMutableBytes(of: &control) { control in
                var message = unsafe msghdr()
                unsafe message.msg_name = UnsafeMutableRawPointer(mutating: address)
                unsafe message.msg_namelen = length
                unsafe message.msg_control = control.baseAddress
                unsafe message.msg_controllen = control.count
                return unsafe sendmsg(socket, &message, flags)
            }
        }
    }
#endif
