#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import Synchronization

/// The lock of the one process that watches with a ledger.
///
/// It is on a file of its own beside the ledger, since closing any descriptor of the ledger's would let go of SQLite's own
/// locks; the system lets go of it when the process ends, however it ends.
final class WatcherLock: Sendable {
    /// Nil once it was let go of.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock.
    ///
    /// - Throws: ``LedgerError/Reason/inUse``, with the process that has it.
    init(of path: String) throws(LedgerError) {
        let file = "\(path)-watch"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw LedgerError(.denied, "\(file) cannot be opened: \(LedgerFile.text(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw LedgerError(
                .inUse,
                "\(path): \(holder.map { "process \($0)" } ?? "another process") already watches with this ledger; "
                    + "stop it first, or name another ledger"
            )
        }
        // Who has it is only told; a full disk leaves it out.
        let number = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = unsafe pwrite(descriptor, number, number.count, 0) }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if let descriptor {
                // A child that was forked a moment ago holds the descriptor, too, until it runs its own program.
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = nil
        }
    }

    private static func holder(_ descriptor: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Int(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self)) : nil
    }
}
