/// A decision as it is written.
package struct DecisionRecord: Sendable, Equatable {
    /// The decision's id.
    package var id: String
    /// What became of the request, as in `tidewaiter.decision.outcome`.
    package var outcome: String
    /// The decision in one sentence.
    package var sentence: String
    /// The ECS lines, each with its end.
    package var lines: [UInt8]

    package init(id: String, outcome: String, sentence: String, lines: [UInt8]) {
        self.id = id
        self.outcome = outcome
        self.sentence = sentence
        self.lines = lines
    }
}

/// One place that decisions are written to.
///
/// It is called by one thread at a time, and may block.
package protocol DecisionSink: Sendable {
    /// Whether so many bytes would be written now without waiting for whoever reads them.
    func takesAtOnce(_ count: Int) -> Bool

    /// Writes records in their order.
    ///
    /// - Returns: how many were written whole, from the first on, and why the rest was not.
    mutating func write(_ records: [DecisionRecord]) -> (written: Int, failure: DecisionLogError?)

    /// Opens what is written to again, as after a log was rotated; on failure the old one stays in use.
    mutating func reopen() throws(DecisionLogError)
}

extension DecisionSink {
    /// Nothing is: what is written to may make its writer wait.
    package func takesAtOnce(_ count: Int) -> Bool { false }
}

/// Why a decision was not kept.
package struct DecisionLogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}
