internal import Deployments
internal import Glibc
internal import NIOPosix
internal import Synchronization

/// Lines at the end of a file that begins anew when it is large or old; files before it are kept under numbers.
///
/// `NAME` is written to; `NAME.1` is the one before, or `NAME.1.gz`, and so on. A file that somebody else moves away, as
/// logrotate does, is noticed before the next write.
package final class RotatingFile: Sendable {
    /// How a file is kept.
    package struct Configuration: Sendable, Equatable {
        package var path: String
        /// When to begin anew, in bytes; zero for never.
        package var maximumSize: Int64 = 100 << 20
        /// When to begin anew, in seconds: a file belongs to one stretch of that length since 1970, in UTC, so that a
        /// day's file is a day's; zero for never.
        package var maximumAge: Int64 = 0
        /// How many files are kept beside the one that is written to.
        package var keep = 5
        /// Whether those that are kept are compressed (gzip).
        package var isCompressed = false
        /// Whether lines are on the disk, and not only on their way there, before they count as written (fsync).
        package var isSynchronized = false
        /// Who may read the file that is made.
        package var mode: UInt32 = 0o600

        package init(path: String) { self.path = path }
    }

    package let configuration: Configuration
    private let clock: DeliveryClock
    private let state = Mutex(State())

    private struct State {
        var file: OpenFile?
        /// When the file was written to last, in seconds since 1970.
        var lastWrite: Int64 = 0
    }

    package init(_ configuration: Configuration, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
    }

    /// Puts lines at the end, all of them or none.
    ///
    /// - Parameter lines: each without its end.
    /// - Throws: ``DeliveryError`` that may pass, such as for a full disk.
    package func write(_ lines: [[UInt8]]) async throws(DeliveryError) {
        try await FileThreads.run { () throws(DeliveryError) in
            // One write for all: lines of two programs that append to one file then do not mix.
            let bytes = lines.reduce(into: [UInt8]()) { $0 += $1 + [10] }
            try self.put(bytes)
        }
    }

    /// Opens the file anew before the next write.
    package func reopen() { state.withLock { $0.file = nil } }

    // MARK: On a thread for files

    private func put(_ bytes: [UInt8]) throws(DeliveryError) {
        let result = state.withLock { state in
            Result { () throws(DeliveryError) in try put(bytes, &state) }
        }
        try result.get()
    }

    private func put(_ bytes: [UInt8], _ state: inout State) throws(DeliveryError) {
        let now = clock.now().microseconds / 1_000_000
        var file = try current(&state)
        if isDue(file, bytes.count, state.lastWrite, now) {
            state.file = nil
            try rotate()
            file = try current(&state)
        }
        do throws(DeliveryError) {
            try file.append(bytes)
            if configuration.isSynchronized { try file.synchronize() }
        } catch {
            state.file = nil
            throw error
        }
        state.lastWrite = now
    }

    /// The file under our path: the one that is open, unless it is not there any more.
    private func current(_ state: inout State) throws(DeliveryError) -> OpenFile {
        if let file = state.file, file.isStill(at: configuration.path) { return file }
        let file = try OpenFile(configuration)
        state = State(file: file, lastWrite: file.writtenBefore)
        return file
    }

    private func isDue(_ file: OpenFile, _ count: Int, _ lastWrite: Int64, _ now: Int64) -> Bool {
        guard let size = file.size, size > 0 else { return false }
        if configuration.maximumSize > 0, size + Int64(count) > configuration.maximumSize { return true }
        let age = configuration.maximumAge
        return age > 0 && now / age != lastWrite / age
    }

    /// Gives every file the next number, the last one none.
    private func rotate() throws(DeliveryError) {
        let path = configuration.path
        guard configuration.keep > 0 else {
            guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .file(path, "cannot be removed") }
            return
        }
        for number in stride(from: configuration.keep, through: 1, by: -1) {
            for suffix in ["", ".gz"] {
                let old = "\(path).\(number)\(suffix)"
                let isMoved =
                    number == configuration.keep
                    ? unsafe unlink(old) == 0 : unsafe rename(old, "\(path).\(number + 1)\(suffix)") == 0
                guard isMoved || errno == ENOENT else { throw .file(old, "cannot be moved") }
            }
        }
        guard unsafe rename(path, "\(path).1") == 0 || errno == ENOENT else { throw .file(path, "cannot be moved") }
        // What cannot be compressed is kept as it is.
        if configuration.isCompressed { try? Gzip.compress(file: "\(path).1", mode: configuration.mode) }
    }
}

/// Does what may wait for a disk on threads of its own.
enum FileThreads {
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        let result: Result<Value, DeliveryError>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(DeliveryError) in try body() }
            }
        } catch {
            throw DeliveryError("the program ends", isTransient: true)
        }
        return try result.get()
    }
}

extension DeliveryError {
    /// What the system says of a file.
    static func file(_ path: String, _ what: String) -> DeliveryError {
        let reason = unsafe String(cString: strerror(errno))
        return DeliveryError("\(path) \(what): \(reason)", isTransient: true)
    }
}
