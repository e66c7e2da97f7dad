public import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

extension Process {
    /// Waits until it has ended; its exit status, or the signal that ended it.
    ///
    /// By the kernel's word: Foundation hears of an end by a socket that it selects on, which cannot be one of more than a
    /// thousand that are open.
    @discardableResult
    public func untilEnd() -> Int32 {
        while true {
            if let status = ending(WEXITED | WNOWAIT) { return status }
        }
    }

    /// Whether it has ended.
    public var hasEnded: Bool { ending(WEXITED | WNOWAIT | WNOHANG) != nil }

    /// How it ended; nil where it has not, or the waiting was interrupted.
    private func ending(_ options: Int32) -> Int32? {
        var information = unsafe siginfo_t()
        guard unsafe waitid(P_PID, id_t(processIdentifier), &information, options) == 0 else {
            guard errno == ECHILD else { return nil }
            // Foundation has heard of it first.
            waitUntilExit()
            return terminationStatus
        }
        guard unsafe information.si_signo == SIGCHLD else { return nil }
        return unsafe information._sifields._sigchld.si_status
    }
}
