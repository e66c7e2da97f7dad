internal import Deployments
internal import LiveIntake

/// Which streams are behind and catch up, so that what is correlated waits for them.
///
/// What comes of a stream that is behind is older than what others give now: correlated without it, it would be late.
/// Records of one stream are out of order by the lateness at most, as those of several are.
struct CatchingUp {
    private struct Key: Hashable {
        var source: Int
        var stream: String
    }

    private struct Progress {
        /// Up to when it is read by its records' times, or by the clock when it was at its end; nil for nobody knows.
        var readTo: Timestamp?
        /// When that went on last.
        var advancedAt: ContinuousClock.Instant
        /// When it gave something last, and something of any time.
        var at: ContinuousClock.Instant
        var toldAt: ContinuousClock.Instant
        /// Whether nothing more stood there when it was read.
        var isAtEnd = true
        /// Since when it tells of times long past though nothing more stands there, and which time it told of then.
        var old: (since: ContinuousClock.Instant, from: Timestamp)?
    }

    private var lateness: Int64
    /// When a source began last.
    private var start: ContinuousClock.Instant?
    private var streams: [Key: Progress] = [:]
    /// Sources of which nothing was heard yet: how far behind they are is not known.
    private var unheard: Set<Int> = []
    /// Streams that gave something since what was read was remembered.
    private var given: [(key: Key, isOfTime: Bool)] = []

    /// For so long after the start sources are waited for of which nothing is heard.
    private static let startPatience = Duration.seconds(10)
    /// A stream at its end that gave nothing for that long has caught up.
    private static let silence = Duration.seconds(5)
    /// One that goes on telling of times long past, though it is at its end, goes by a clock that is slow.
    private static let slowness = Duration.seconds(60)
    /// One that is not at its end and gives nothing for so long is in trouble.
    private static let trouble = Duration.seconds(60)
    /// One whose records bear no later time for so long is no longer waited for.
    private static let timeless = Duration.seconds(600)
    /// Before everything, and a time that can be counted in nanoseconds.
    static let beginning = Timestamp(microseconds: .min / 1_000)

    /// No source yet.
    init(lateness: Duration) { self.lateness = lateness.microseconds }

    /// Has later records come by so much from now on.
    mutating func change(lateness: Duration) { self.lateness = lateness.microseconds }

    /// A source begins.
    mutating func begin(_ source: Int, _ now: ContinuousClock.Instant) {
        unheard.insert(source)
        start = now
    }

    /// A source is no more, so that nothing waits for it.
    mutating func forget(_ source: Int) {
        unheard.remove(source)
        streams = streams.filter { $0.key.source != source }
    }

    /// A source has said how it does, and so has looked at what there is.
    mutating func heard(of source: Int) { unheard.remove(source) }

    /// A stream gave a batch.
    ///
    /// - Parameters:
    ///   - newest: the latest time that its records tell of; nil where none is of any.
    ///   - time: what the clock says, whose times records bear.
    mutating func read(
        _ batch: LiveBatch,
        of source: Int,
        upTo newest: Timestamp?,
        _ time: Timestamp,
        _ now: ContinuousClock.Instant
    ) {
        unheard.remove(source)
        let key = Key(source: source, stream: batch.stream)
        guard !batch.isLast else {
            streams[key] = nil
            return
        }
        var progress = streams[key] ?? Progress(advancedAt: now, at: now, toldAt: now)
        progress.at = now
        if let newest {
            progress.toldAt = now
            if progress.readTo.map({ newest > $0 }) ?? true { progress.advancedAt = now }
            progress.readTo = newest
        } else if batch.isAtEnd, now - progress.toldAt >= Self.silence {
            (progress.readTo, progress.advancedAt, progress.old) = (time, now, nil)
        }
        given.append((key, newest != nil))
        progress.isAtEnd = batch.isAtEnd
        streams[key] = progress
    }

    /// What was read is remembered, which may have taken long: the streams were not silent meanwhile.
    mutating func remembered(_ now: ContinuousClock.Instant) {
        for (key, isOfTime) in given {
            streams[key]?.at = now
            if isOfTime { streams[key]?.toldAt = now }
        }
        given = []
    }

    /// The time up to which all is read; nil where nothing is behind.
    mutating func readUpTo(_ time: Timestamp, _ now: ContinuousClock.Instant) -> Timestamp? {
        if !unheard.isEmpty, let start, now - start < Self.startPatience { return Self.beginning }
        var earliest: Timestamp?
        for (key, progress) in streams {
            let read = progress.readTo.map { minusLateness($0) }
            if !progress.isAtEnd {
                guard now - progress.at < Self.trouble, now - progress.advancedAt < Self.timeless else { continue }
                earliest = min(earliest ?? read ?? Self.beginning, read ?? Self.beginning)
            } else if let read, read < minusLateness(minusLateness(time)) {
                var old = progress.old ?? (now, read)
                // One that comes nearer goes by a clock like ours.
                if read.microseconds - old.from.microseconds > 2 * (now - old.since).microseconds { old = (now, read) }
                streams[key]?.old = old
                guard now - progress.toldAt < Self.silence, now - old.since < Self.slowness else { continue }
                earliest = min(earliest ?? read, read)
            } else {
                streams[key]?.old = nil
            }
        }
        return earliest
    }

    private func minusLateness(_ time: Timestamp) -> Timestamp {
        let (earlier, isBeyond) = time.microseconds.subtractingReportingOverflow(lateness)
        return isBeyond ? Self.beginning : max(Timestamp(microseconds: earlier), Self.beginning)
    }
}
