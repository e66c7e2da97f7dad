internal import Dispatch
internal import Signals

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The service manager that started the process, told how it goes.
///
/// systemd's sd_notify(3) and sd_watchdog_enabled(3); without `NOTIFY_SOCKET` nobody is told anything.
struct ServiceManager: Sendable {
    private let socket: DatagramSocket?
    /// How often it wants to hear that the process lives; nil where it does not.
    let watchdogInterval: Duration?

    /// The manager that `environment` tells of.
    ///
    /// - Throws: ``DatagramError`` for a `NOTIFY_SOCKET` that is none: a manager that waits in vain kills the process.
    init(environment: [String: String], processID: Int32) throws(DatagramError) {
        guard let path = environment["NOTIFY_SOCKET"], !path.isEmpty else {
            (socket, watchdogInterval) = (nil, nil)
            return
        }
        socket = try DatagramSocket(to: path)
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        watchdogInterval = isMeant && microseconds > 0 ? .microseconds(microseconds / 2) : nil
    }

    /// It accepts requests.
    func ready() { tell(["READY=1"]) }

    /// It reads rules and policy again; ``ready()`` ends it.
    func reloading() {
        // CLOCK_MONOTONIC, as sd_notify(3) wants it.
        tell(["RELOADING=1", "MONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1_000)"])
    }

    /// What it does, in one line: a line is an assignment.
    func say(_ status: String) { tell(["STATUS=" + status.replacing("\n", with: "; ")]) }

    func stopping() { tell(["STOPPING=1"]) }

    func live() { tell(["WATCHDOG=1"]) }

    private func tell(_ assignments: [String]) {
        // Nobody is helped by a guard that stops because its manager does not listen.
        try? socket?.send(Array(assignments.joined(separator: "\n").utf8))
    }
}
