#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Standard output or standard error, buffered.
final class Output {
    /// Which of the process's streams.
    enum Stream: Int32 {
        case standardOutput = 1
        case standardError = 2
    }

    let stream: Stream
    /// Whether a person reads it as it is written.
    let isTerminal: Bool
    /// Why something could not be written; nil where all was.
    private(set) var failure: String?
    private var buffer: [UInt8] = []
    private static let capacity = 64 << 10

    init(_ stream: Stream) {
        self.stream = stream
        isTerminal = isatty(stream.rawValue) == 1
    }

    func write(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity || isTerminal { flush() }
    }

    func write(_ text: String) { write(text.utf8) }

    func writeLine(_ text: String) { write("\(text)\n") }

    /// Writes `text`, and all that waits before it.
    func finish(with text: String) {
        write(text)
        flush()
    }

    /// Writes what waits.
    ///
    /// What cannot be written, as on a full disk, is dropped, and ``failure`` says so.
    func flush() {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(stream.rawValue, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(stream.rawValue, bytes.baseAddress, bytes.count)
                #endif
            }
            if count < 0 {
                guard errno == EINTR else {
                    failure = unsafe String(cString: strerror(errno))
                    break
                }
                continue
            }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
