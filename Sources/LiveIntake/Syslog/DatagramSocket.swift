internal import Dispatch
internal import Glibc
internal import Relay
internal import Synchronization

/// A socket from which datagrams are read as they come, on a queue of its own.
///
/// Not by NIO: most senders to a local socket have no address (`syslog(3)` binds none), which ends its channels.
final class DatagramSocket: Sendable {
    /// Takes a datagram, and whether it was longer than is taken.
    typealias Take = @Sendable (_ bytes: [UInt8], _ isCut: Bool) -> Void

    private let descriptor: Int32
    private let queue: DispatchQueue
    private let file: UnixSocket?
    private let limit: Int

    /// - Parameter limit: the longest datagram, in bytes.
    init(_ listener: SyslogSource.Configuration.DatagramListener, limit: Int) throws(RelayError) {
        let socket = try UnixSocket.receive(at: listener.path, access: listener.access)
        descriptor = socket.descriptor
        file = socket
        self.limit = limit
        queue = DispatchQueue(label: "syslog \(listener.path)")
    }

    /// - Throws: ``RelayError`` for what is no address of this host, or taken.
    init(_ address: RelayAddress, limit: Int) throws(RelayError) {
        guard case .tcp(let host, let port) = address, address.isLoopback else {
            throw RelayError(.address, "\(address): datagrams are taken on a loopback address alone")
        }
        descriptor = try Self.bound(host, port, address)
        file = nil
        self.limit = limit
        queue = DispatchQueue(label: "syslog \(address)")
    }

    /// Reads until the task is cancelled; the socket is closed then.
    func run(_ take: @escaping Take) async {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        let ended = Awaited<Void>()
        source.setEventHandler { [self] in readSome(take) }
        source.setCancelHandler { [descriptor, file] in
            file?.remove()
            close(descriptor)
            ended.fulfil(())
        }
        source.activate()
        // Nothing else ends it.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        source.cancel()
        // Whoever listens anew at the same place finds it free.
        while !ended.isDone { await Task.yield() }
    }

    /// Closes a socket that was never read.
    func abandon() {
        file?.remove()
        close(descriptor)
    }

    /// Reads what is there, and no more than a bound, so that the queue's other work has its turn.
    private func readSome(_ take: Take) {
        var buffer = [UInt8](repeating: 0, count: limit)
        for _ in 0..<1_024 {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            }
            guard count >= 0 else { return }
            let text = SyslogFraming.trimmed(buffer[..<min(count, limit)])
            if !text.isEmpty { take(Array(text), count > limit) }
        }
    }

    private static func bound(_ host: String, _ port: Int, _ address: RelayAddress) throws(RelayError) -> Int32 {
        let isSix = host.contains(":")
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(isSix ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else { throw failure(address) }
        guard isSix ? bindSix(descriptor, host, port) : bindFour(descriptor, host, port) else {
            let error = failure(address)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func bindFour(_ descriptor: Int32, _ host: String, _ port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return false }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func bindSix(_ descriptor: Int32, _ host: String, _ port: Int) -> Bool {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
        guard unsafe inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return false }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }

    private static func failure(_ address: RelayAddress) -> RelayError {
        RelayError(.listen, "\(address): cannot listen for datagrams: \(unsafe String(cString: strerror(errno)))")
    }
}
