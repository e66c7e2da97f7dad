#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Decisions as lines at the end of a file, or on standard output.
package struct FileDecisionSink: DecisionSink {
    private let path: String?
    private var descriptor: OwnedDescriptor
    /// Whether the last line was cut, so that the next has to begin a new one.
    private var endsWithinLine = false

    /// How long a pipe that nobody reads is waited for, in milliseconds.
    private static let patience: Int32 = 2_000

    /// Lines at the end of the file at `path`, which is made, for its owner alone, where there is none.
    package init(path: String) throws(DecisionLogError) {
        self.path = path
        descriptor = try Self.open(path)
    }

    /// Lines on standard output.
    package init() { self.init(writingTo: STDOUT_FILENO) }

    /// Lines on what somebody else has open.
    init(writingTo descriptor: Int32) {
        path = nil
        self.descriptor = OwnedDescriptor(borrowing: descriptor)
    }

    private static func open(_ path: String) throws(DecisionLogError) -> OwnedDescriptor {
        #if canImport(Glibc)
            let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        #else
            let descriptor = unsafe Darwin.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        #endif
        guard descriptor >= 0 else { throw DecisionLogError("\(path) cannot be opened: \(SystemError.text(errno))") }
        return OwnedDescriptor(owning: descriptor)
    }

    package mutating func reopen() throws(DecisionLogError) {
        guard let path else { return }
        descriptor = try Self.open(path)
        endsWithinLine = false
    }

    package func takesAtOnce(_ count: Int) -> Bool {
        switch descriptor.kind {
        // What the disk has no time for stays in memory; how long a write took is seen by who writes.
        case .file: true
        // A pipe that can be written to has room for that much at least (pipe(7), PIPE_BUF).
        case .pipe: count <= Int(PIPE_BUF) && isWritable(within: 0)
        case .other: false
        }
    }

    package mutating func write(_ records: [DecisionRecord]) -> (written: Int, failure: DecisionLogError?) {
        // One write for all: lines of two programs that append to one file then do not mix.
        let start: [UInt8] = endsWithinLine ? [10] : []
        let bytes = records.reduce(into: start) { $0 += $1.lines }
        let (count, failure) = put(bytes)
        endsWithinLine = count > 0 ? bytes[count - 1] != 10 : endsWithinLine
        guard let failure else { return (records.count, nil) }
        var end = start.count
        let written = records.prefix { record in
            end += record.lines.count
            return end <= count
        }
        return (written.count, DecisionLogError("\(path ?? "standard output") cannot be written: \(failure)"))
    }

    /// How many bytes could be written, and why not all.
    private func put(_ bytes: [UInt8]) -> (Int, String?) {
        var count = 0
        while count < bytes.count {
            let result = unsafe bytes[count...].withUnsafeBytes { rest in
                #if canImport(Glibc)
                    unsafe Glibc.write(descriptor.number, rest.baseAddress, rest.count)
                #else
                    unsafe Darwin.write(descriptor.number, rest.baseAddress, rest.count)
                #endif
            }
            if result >= 0 {
                count += result
            } else if errno == EAGAIN {
                guard isWritable(within: Self.patience) else { return (count, "nobody reads it") }
            } else if errno != EINTR {
                return (count, SystemError.text(errno))
            }
        }
        return (count, nil)
    }

    private func isWritable(within milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&wanted, 1, milliseconds) > 0
    }
}

/// A file descriptor that is closed with its last user.
final class OwnedDescriptor: Sendable {
    /// What a descriptor leads to, as far as writing to it goes.
    enum Kind {
        case file, pipe, other
    }

    let number: Int32
    let kind: Kind
    private let isOwned: Bool

    init(owning number: Int32) {
        self.number = number
        kind = Self.kind(of: number)
        isOwned = true
    }

    init(borrowing number: Int32) {
        self.number = number
        kind = Self.kind(of: number)
        isOwned = false
    }

    private static func kind(of number: Int32) -> Kind {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { return .other }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFIFO: .pipe
        default: .other
        }
    }

    deinit { if isOwned { close(number) } }
}

/// The system's errors in its own words.
enum SystemError {
    static func text(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
