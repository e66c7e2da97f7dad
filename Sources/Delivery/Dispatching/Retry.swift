/// How an output waits between tries: twice as long each time, up to a bound, and never the same for two.
struct Retry: Sendable {
    private let configuration: Output.Retry
    private let clock: DeliveryClock
    private let jitter: @Sendable () -> Double

    init(_ configuration: Output.Retry, clock: DeliveryClock, jitter: @escaping @Sendable () -> Double) {
        self.configuration = configuration
        self.clock = clock
        self.jitter = jitter
    }

    /// The waits of one row of failures.
    func begun() -> Waits { Waits(retry: self, next: configuration.first) }

    struct Waits: Sendable {
        fileprivate let retry: Retry
        fileprivate var next: Duration

        /// The longest that a receiver may have us wait: an hour.
        static let longestAsked = Duration.seconds(3_600)

        /// How long to wait after this failure.
        ///
        /// - Parameter least: what the receiver asks for.
        mutating func length(atLeast least: Duration?) -> Duration {
            let wait = next * retry.jitter()
            next = min(next * 2, retry.configuration.longest)
            return max(wait, min(least ?? .zero, Self.longestAsked))
        }

        mutating func wait() async throws { try await retry.clock.sleep(length(atLeast: nil)) }

        func sleep(_ length: Duration) async throws { try await retry.clock.sleep(length) }
    }
}
