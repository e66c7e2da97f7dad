/// A change in how batches are read and judged, made between two transactions.
enum PipelineChange: Sendable {
    /// Other rules judge from now on, and know what the ledger remembers.
    case rules(WatchedRules)
    /// The sources that are no more, by the numbers that they had, and those that are new.
    ///
    /// Whoever is no more gives nothing any more when this is asked for.
    case sources(gone: [Int], new: [Int: WatchedSource])
}
