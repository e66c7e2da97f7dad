internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads a descriptor that others may hold, too, without ever waiting in a call.
struct PipeReader {
    enum Reading: Equatable {
        case bytes([UInt8])
        /// Nothing at the moment.
        case nothing
        case end
        case failed(Int32)
    }

    let descriptor: Int32
    let maximumBytes: Int

    init(_ descriptor: Int32, maximumBytes: Int = 256 << 10) {
        self.descriptor = descriptor
        self.maximumBytes = maximumBytes
    }

    /// What is there now.
    ///
    /// It is asked for first, since a descriptor that was inherited cannot be made non-blocking for this process alone.
    func read() -> Reading {
        var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&asked, 1, 0) > 0 else { return .nothing }
        guard Int32(asked.revents) & POLLNVAL == 0 else { return .failed(EBADF) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
                unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
        guard count >= 0 else { return errno == EINTR || errno == EAGAIN ? .nothing : .failed(errno) }
        guard count > 0 else { return .end }
        bytes.removeLast(bytes.count - count)
        return .bytes(bytes)
    }
}

/// How long to wait until something that gave nothing is asked again: longer the longer it gives nothing.
struct PollPace {
    private var wait = Self.shortest
    private static let shortest = Duration.milliseconds(5)
    private static let longest = Duration.milliseconds(100)

    mutating func gave() { wait = Self.shortest }

    mutating func pause() async throws {
        try await Task.sleep(for: wait)
        wait = min(wait * 2, Self.longest)
    }
}
