package import Deployments

/// Time and names, handed in so that they can be told in tests.
package struct DecisionClock: Sendable {
    /// The time of day.
    package var now: @Sendable () -> Timestamp
    /// Nanoseconds since some moment, never running backwards.
    package var elapsed: @Sendable () -> Int64
    /// A name that no other decision has.
    package var identifier: @Sendable () -> String

    package init(
        now: @escaping @Sendable () -> Timestamp,
        elapsed: @escaping @Sendable () -> Int64,
        identifier: @escaping @Sendable () -> String
    ) {
        self.now = now
        self.elapsed = elapsed
        self.identifier = identifier
    }
}
