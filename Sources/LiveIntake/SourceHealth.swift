/// How a source does.
package enum SourceHealth: Sendable, Equatable {
    /// It follows; what it reads was written so long ago, in seconds, where that is known.
    case following(lag: Double?)
    /// It cannot at the moment, and tries again.
    case waiting(reason: String, attempt: Int)
    /// Records were lost before they could be read, with how many where that is known; told once each time.
    case lost(reason: String, records: Int?)
}
