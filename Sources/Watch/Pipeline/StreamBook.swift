internal import Deployments
internal import Dialects
internal import Ledger
internal import LiveIntake

/// The streams of all sources: how far each was read, and by which dialect.
struct StreamBook {
    private struct Key: Hashable {
        var source: Int
        var stream: String
    }

    private let sources: [WatchedSource]
    private var readings: [Key: StreamReading] = [:]
    private var problems: [ProblemTelling]
    private let messages: @Sendable (String) -> Void

    /// No stream yet.
    init(_ sources: [WatchedSource], _ messages: @escaping @Sendable (String) -> Void) {
        self.sources = sources
        self.messages = messages
        problems = sources.map { ProblemTelling(source: $0.name) }
    }

    /// Goes on with the streams that the ledger knows of a source.
    ///
    /// - Returns: from where the source is to follow each.
    mutating func goOn(with entries: [StreamEntry], of source: Int) -> [String: String] {
        var cursors: [String: String] = [:]
        for entry in entries {
            guard let cursor = entry.cursor else { continue }
            cursors[entry.stream] = cursor
            guard case .logs(let makeDialect, _) = sources[source].reading, let checkpoint = entry.checkpoint else {
                continue
            }
            do throws(DialectMemoryError) {
                readings[Key(source: source, stream: entry.stream)] = try StreamReading(
                    makeDialect(),
                    isReplayable: sources[source].source.isReplayable,
                    goingOnWith: entry,
                    now: .now
                )
                cursors[entry.stream] = checkpoint.cursor
            } catch {
                messages(
                    "\(sources[source].name), \(entry.stream): what was known of earlier records is lost, so that what they began "
                        + "is read without it: \(error)"
                )
            }
        }
        return cursors
    }

    /// Reads a batch of a source.
    ///
    /// - Returns: what is to be remembered of the stream, if anything.
    mutating func read(
        _ batch: LiveBatch,
        from source: Int,
        into reading: inout Reading,
        _ settle: (inout Reading, LiveRecord?, Bool) -> Void
    ) -> StreamEntry? {
        guard case .logs(let makeDialect, _) = sources[source].reading else { return nil }
        let key = Key(source: source, stream: batch.stream)
        let isReplayable = sources[source].source.isReplayable
        // Taken out, so that the dialect's state is not copied when it changes.
        var stream =
            readings.removeValue(forKey: key) ?? StreamReading(makeDialect(), isReplayable: isReplayable, now: .now)
        stream.read(batch, into: &reading, settle)
        defer { if !batch.isLast { readings[key] = stream } }
        do throws(DialectMemoryError) {
            return try stream.entry(batch, of: sources[source].name, now: .now)
        } catch {
            messages("\(sources[source].name), \(batch.stream): what its records began cannot be remembered: \(error)")
            return StreamEntry(
                source: sources[source].name,
                stream: batch.stream,
                cursor: batch.cursor,
                checkpoint: .init(cursor: batch.cursor, memory: []),
                recordsSince: 0
            )
        }
    }

    /// Tells of a record that could not be read, unless too many were told of.
    mutating func tell(_ problem: ReadingProblem, of source: Int, _ now: Timestamp) {
        if let words = problems[source].tell(problem, now) { messages(words) }
    }
}

/// Tells of records that cannot be read, a few a minute.
struct ProblemTelling {
    private let source: String
    private var since = Timestamp(microseconds: .min)
    private var told = 0

    private static let interval: Int64 = 60_000_000
    private static let perInterval = 10

    init(source: String) { self.source = source }

    /// What is to be said; nil when enough was said lately.
    mutating func tell(_ problem: ReadingProblem, _ now: Timestamp) -> String? {
        // A clock that was set back begins anew, too.
        if now.microseconds < since.microseconds || now.microseconds - since.microseconds >= Self.interval {
            since = now
            told = 0
        }
        told += 1
        guard told <= Self.perInterval else { return nil }
        let more = told == Self.perInterval ? " (more are counted and not told of for a minute)" : ""
        return "\(source): \(problem.position.path):\(problem.position.offset): \(problem.message)\(more)"
    }
}
