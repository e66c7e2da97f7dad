/// One way of telling, with what it tells and how it bears failure.
package struct Output: Sendable {
    /// Its name in the configuration, in metrics and in the ledger; unique.
    package var name: String
    package var filter = AlertFilter()
    /// How long findings of one rule on one thing are told together after the first; zero tells each by itself.
    ///
    /// Critical ones are always told at once.
    package var window = Duration.zero
    /// How many alerts it may be behind; of those further back only what is high or critical is told.
    package var lagLimit: Int64 = 100_000
    /// How long it waits after a failure: longer each time, up to a bound.
    package var retry = Retry()
    package var sink: any AlertSink
    /// Where alerts go that the receiver refuses for good.
    package var deadLetters: any DeadLetterBox

    package struct Retry: Sendable, Equatable {
        package var first = Duration.seconds(1)
        package var longest = Duration.seconds(300)

        package init() {}
    }

    package init(name: String, sink: any AlertSink, deadLetters: any DeadLetterBox) {
        self.name = name
        self.sink = sink
        self.deadLetters = deadLetters
    }
}

/// Keeps alerts that a receiver refused for good.
package protocol DeadLetterBox: Sendable {
    /// - Throws: ``DeliveryError`` where it cannot be kept; the alert then waits.
    func put(_ alert: Alert, of output: String, because reason: String) async throws(DeliveryError)
}

/// What the program is told of how outputs do.
package enum DeliveryEvent: Sendable, Equatable {
    /// A try failed, and is made again after so long.
    case failed(output: String, DeliveryError, again: Duration)
    /// A try succeeded after failures.
    case recovered(output: String)
    /// So many alerts below high were passed over, since the output is too far behind.
    case dropped(output: String, count: Int)
    /// A finding was refused for good, and is kept among the dead letters.
    case refused(output: String, finding: String, reason: String)
    /// So many findings that were sent together are kept among the dead letters for one reason.
    case refusedTogether(output: String, count: Int, reason: String)
    /// All was told, and the receiver has something to say of it.
    case warned(output: String, warning: String)
    /// The ledger could not be read or written.
    case storeFailed(output: String, reason: String)
}
