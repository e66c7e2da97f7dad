/// Why alerts were not told.
package struct DeliveryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do; no secret is in it.
    package var description: String
    /// Whether the same alerts may be taken later: a server that does not answer, not one that refuses them.
    package var isTransient: Bool
    /// How long the receiver would have another try wait.
    package var retryAfter: Duration?
    /// Those that were not told, where the receiver answers for each by itself; nil where none was told, and empty where all
    /// were and the receiver only warns.
    package var failures: [Failure]?

    /// What became of one alert of several.
    package struct Failure: Sendable, Equatable {
        /// Which of those that were sent.
        package var index: Int
        package var description: String
        package var isTransient: Bool

        package init(index: Int, _ description: String, isTransient: Bool) {
            self.index = index
            self.description = description
            self.isTransient = isTransient
        }
    }

    package init(
        _ description: String,
        isTransient: Bool,
        retryAfter: Duration? = nil,
        failures: [Failure]? = nil
    ) {
        self.description = description
        self.isTransient = isTransient
        self.retryAfter = retryAfter
        self.failures = failures
    }
}
