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

    private var sources: [Int: WatchedSource] = [:]
    private var readings: [Key: StreamReading] = [:]
    /// The streams of which something is held back.
    private var holding: Set<Key> = []
    private var problems: [Int: ProblemTelling] = [:]
    private let messages: @Sendable (String) -> Void

    /// No source and no stream yet.
    init(_ messages: @escaping @Sendable (String) -> Void) { self.messages = messages }

    /// A source, by its number; nil for one that is no more.
    subscript(source: Int) -> WatchedSource? { sources[source] }

    /// Forgets a source that is no more, with what its dialects keep in mind: the ledger has it.
    mutating func forget(_ source: Int) {
        sources[source] = nil
        problems[source] = nil
        readings = readings.filter { $0.key.source != source }
        holding = holding.filter { $0.source != source }
    }

    /// Takes in a source, and goes on with the streams that the ledger knows of it.
    ///
    /// - Returns: from where the source is to follow each.
    mutating func begin(_ watched: WatchedSource, as source: Int, with entries: [StreamEntry]) -> [String: String] {
        sources[source] = watched
        problems[source] = ProblemTelling(source: watched.name)
        var cursors: [String: String] = [:]
        for entry in entries {
            guard let cursor = entry.cursor else { continue }
            cursors[entry.stream] = cursor
            guard case .logs(let makeDialect, _) = watched.reading, let checkpoint = entry.checkpoint else { continue }
            do throws(DialectMemoryError) {
                readings[Key(source: source, stream: entry.stream)] = try StreamReading(
                    makeDialect(),
                    isReplayable: watched.source.isReplayable,
                    goingOnWith: entry,
                    now: .now
                )
                // What cannot be had again is gone on with behind the last of it.
                if watched.source.isReplayable { cursors[entry.stream] = checkpoint.cursor }
            } catch {
                messages(
                    "\(watched.name), \(entry.stream): what was known of earlier records is lost, so that what they began "
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
        guard let watched = sources[source], case .logs(let makeDialect, _) = watched.reading else { return nil }
        let key = Key(source: source, stream: batch.stream)
        let isReplayable = watched.source.isReplayable
        // Taken out, so that the dialect's state is not copied when it changes.
        var stream =
            readings.removeValue(forKey: key) ?? StreamReading(makeDialect(), isReplayable: isReplayable, now: .now)
        stream.read(batch, into: &reading, settle)
        defer { keep(batch.isLast ? nil : stream, as: key) }
        do throws(DialectMemoryError) {
            return try stream.entry(batch, of: watched.name, now: .now)
        } catch {
            messages("\(watched.name), \(batch.stream): what its records began cannot be remembered: \(error)")
            return StreamEntry(
                source: watched.name,
                stream: batch.stream,
                cursor: batch.cursor,
                checkpoint: .init(cursor: batch.cursor, memory: []),
                recordsSince: 0
            )
        }
    }

    /// Says that time has gone on, by about a second.
    ///
    /// - Parameter settle: called with what each stream held back long enough, and its source's name; to empty it.
    /// - Returns: what is to be remembered of the streams that told something.
    mutating func passTime(
        into reading: inout Reading,
        _ settle: (inout Reading, String) -> Void
    ) -> [StreamEntry] {
        var entries: [StreamEntry] = []
        for key in holding.sorted(by: { ($0.source, $0.stream) < ($1.source, $1.stream) }) {
            guard let name = sources[key.source]?.name, var stream = readings.removeValue(forKey: key) else { continue }
            defer { keep(stream, as: key) }
            stream.passTime(into: &reading)
            guard !reading.isEmpty else { continue }
            settle(&reading, name)
            do throws(DialectMemoryError) {
                if let entry = try stream.entryAfterTelling(of: name, key.stream, now: .now) { entries.append(entry) }
            } catch {
                // What was told is told again after a restart, and known by its ids.
                messages("\(name), \(key.stream): what its records began cannot be remembered: \(error)")
            }
        }
        return entries
    }

    private mutating func keep(_ stream: StreamReading?, as key: Key) {
        readings[key] = stream
        if stream?.isHolding ?? false { holding.insert(key) } else { holding.remove(key) }
    }

    /// Tells of a record that could not be read, unless too many were told of.
    mutating func tell(_ problem: ReadingProblem, of source: Int, _ now: Timestamp) {
        if let words = problems[source]?.tell(problem, now) { messages(words) }
    }
}

/// Tells of records that cannot be read, a few a minute.
struct ProblemTelling {
    private let source: String
    private var since: Timestamp?
    private var told = 0

    private static let interval: Int64 = 60_000_000
    private static let perInterval = 10

    init(source: String) { self.source = source }

    /// What is to be said; nil when enough was said lately.
    mutating func tell(_ problem: ReadingProblem, _ now: Timestamp) -> String? {
        // A clock that was set back begins anew, too.
        if since.map({ now < $0 || now.microseconds - $0.microseconds >= Self.interval }) ?? true {
            since = now
            told = 0
        }
        told += 1
        guard told <= Self.perInterval else { return nil }
        let more = told == Self.perInterval ? " (more are counted and not told of for a minute)" : ""
        return "\(source): \(problem.position.path):\(problem.position.offset): \(problem.message)\(more)"
    }
}
