/// A place that records come from for as long as it is followed.
///
/// A source follows one or more streams (files, entries of a socket, objects of a cluster); records of one stream stand in
/// an order and are read by a dialect of its own.
package protocol LiveSource: Sendable {
    /// Its name in the configuration, in metrics and in the ledger; unique.
    var name: String { get }

    /// Whether records behind a cursor can be had again: a file's can, a request's cannot.
    ///
    /// What a dialect keeps in mind, or what has changed of it, is stored with each batch of a source that cannot replay, and
    /// now and then for others, which are read again from there.
    var isReplayable: Bool { get }

    /// Follows every stream until the task is cancelled.
    ///
    /// What can be mended by waiting (a file that is not there yet, a server that does not answer) is told to `feed` and
    /// tried again with back-off; only what a person has to mend is thrown.
    ///
    /// - Parameters:
    ///   - cursors: where each known stream is to be gone on with, as its batches said.
    ///   - feed: takes batches, and is told how the source does.
    func follow(from cursors: [String: String], into feed: any SourceFeed) async throws
}

/// Whoever takes the records of a source.
package protocol SourceFeed: Sendable {
    /// Takes records in; returns once they and the cursor behind them are remembered for good.
    ///
    /// So a source has at most one batch of a stream under way, and waits while nothing can be remembered (a full disk):
    /// that is the back-pressure.
    ///
    /// - Throws: `CancellationError` when the program ends; the batch is then not remembered.
    func take(_ batch: LiveBatch) async throws

    /// Is told of a change in how the source does.
    func tell(_ health: SourceHealth)
}

/// Records of one stream in their order, and where to go on behind them.
package struct LiveBatch: Sendable, Equatable {
    /// Names the stream within its source: a file's path, or the source's own name where there is one stream.
    package var stream: String
    package var records: [LiveRecord]
    /// Where to go on behind the last record: text that only the source reads.
    package var cursor: String
    /// Whether nothing more comes of the stream: what its dialect holds back is told, and its cursor forgotten.
    package var isLast: Bool
    /// Whether the cursor leads to another file than the one before, so that nothing before it can be read again.
    package var startsAnew: Bool
    /// Whether nothing more stood there when it was read; also where nobody knows.
    package var isAtEnd: Bool

    package init(
        stream: String,
        records: [LiveRecord] = [],
        cursor: String,
        isLast: Bool = false,
        startsAnew: Bool = false,
        isAtEnd: Bool = true
    ) {
        self.stream = stream
        self.records = records
        self.cursor = cursor
        self.isLast = isLast
        self.startsAnew = startsAnew
        self.isAtEnd = isAtEnd
    }
}
