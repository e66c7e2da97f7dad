internal import Deployments

/// Which sources are behind and catch up, so that what is correlated waits for them.
struct CatchingUp {
    private struct Progress {
        var newest: Timestamp
        var at: Timestamp
    }

    private let lateness: Int64
    private var sources: [Progress?]

    /// A source that gave nothing for that long has caught up, as far as anybody knows; in microseconds.
    private static let patience: Int64 = 5_000_000

    init(sources: Int, lateness: Duration) {
        self.lateness = lateness.microseconds
        self.sources = Array(repeating: nil, count: sources)
    }

    /// A source gave records up to that time.
    mutating func read(upTo newest: Timestamp, from source: Int, _ now: Timestamp) {
        sources[source] = Progress(newest: newest, at: now)
    }

    /// The time up to which all sources are read; nil where none is behind.
    func readUpTo(_ now: Timestamp) -> Timestamp? {
        sources.compactMap(\.self).filter { progress in
            let silence = now.microseconds - progress.at.microseconds
            return silence >= 0 && silence < Self.patience && now.microseconds - progress.newest.microseconds > lateness
        }.map(\.newest).min()
    }
}
