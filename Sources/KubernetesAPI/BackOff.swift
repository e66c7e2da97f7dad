/// How long to wait after one failure and another: twice as long each time, up to a bound, and never the same for two.
package struct BackOff: Sendable {
    private let first: Duration
    private let longest: Duration
    private let jitter: @Sendable () -> Double
    private var next: Duration

    /// - Parameter jitter: a factor by which each wait differs, from 0.5 to below 1.
    package init(
        first: Duration = .seconds(1),
        longest: Duration = .seconds(30),
        jitter: @escaping @Sendable () -> Double = { .random(in: 0.5..<1) }
    ) {
        self.first = first
        self.longest = longest
        self.jitter = jitter
        next = first
    }

    /// After a success.
    package mutating func reset() { next = first }

    /// How long to wait after this failure.
    ///
    /// - Parameter least: what the other side asks for.
    package mutating func wait(atLeast least: Duration? = nil) -> Duration {
        let wait = next * jitter()
        next = min(next * 2, longest)
        return max(wait, min(least ?? .zero, longest))
    }
}
