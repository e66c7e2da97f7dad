internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What the process is told by signals.
enum SignalEvent: Sendable, Equatable {
    /// SIGHUP: read rules and policy again, and open the logs again.
    case reload
    /// SIGTERM or SIGINT: let requests end, and stop; the second time, stop at once.
    case stop
}

/// Signals as a sequence, from the moment that this is made until it is cancelled.
struct SignalEvents {
    let events: AsyncStream<SignalEvent>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (events, continuation) = AsyncStream<SignalEvent>.makeStream()
        let wanted: [(Int32, SignalEvent)] = [(SIGHUP, .reload), (SIGTERM, .stop), (SIGINT, .stop)]
        // A peer that is gone is an error where it is written to, not the process's end.
        signal(SIGPIPE, SIG_IGN)
        self.events = events
        sources = wanted.map { number, event in
            // The default would end the process before anybody is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(event) }
            source.activate()
            return source
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
    }
}
