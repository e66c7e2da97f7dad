package import Dialects
package import Judge
package import LiveIntake

/// A source, and how what it gives is read.
package struct WatchedSource: Sendable {
    package var source: any LiveSource
    package var reading: Reading
    package var name: String { source.name }

    /// How records are read.
    package enum Reading: Sendable {
        /// As a system's own logs; each stream by a dialect of its own.
        ///
        /// - raw: what rules on raw records know them as; empty where there are none.
        case logs(makeDialect: @Sendable () -> any Dialect, raw: Set<RawSource>)
        /// As the decisions that a guard wrote, which are judged already.
        case decisions
    }

    package init(_ source: any LiveSource, reading: Reading) {
        self.source = source
        self.reading = reading
    }
}
