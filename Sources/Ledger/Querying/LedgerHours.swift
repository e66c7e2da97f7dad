internal import Deployments

/// A window of whole hours, cut into steps.
struct LedgerHours {
    /// Hours since 1970: from the first to before the other.
    let range: Range<Int64>
    /// Hours of each step; the last may have fewer.
    let step: Int64

    /// The whole hours that the window touches.
    init(since: Timestamp, until: Timestamp, step: Int64) {
        let first = Self.hour(of: since)
        // The hour of the last instant that is in the window, and the one behind it.
        let end = since < until ? Self.hour(of: Timestamp(microseconds: until.microseconds - 1)) + 1 : first
        range = first..<end
        self.step = step
    }

    /// How many steps there are.
    var count: Int {
        let (whole, rest) = Int64(range.count).quotientAndRemainder(dividingBy: step)
        return Int(whole) + (rest > 0 ? 1 : 0)
    }

    /// The window of a step, by its place among all.
    func window(of place: Int) -> (since: Timestamp, until: Timestamp) {
        let first = range.lowerBound + Int64(place) * step
        let (end, isBeyond) = first.addingReportingOverflow(step)
        return (Self.time(of: first), Self.time(of: isBeyond ? range.upperBound : min(end, range.upperBound)))
    }

    /// Division goes towards zero, and so up before 1970.
    private static func hour(of time: Timestamp) -> Int64 {
        time.microseconds / microseconds - (time.microseconds % microseconds < 0 ? 1 : 0)
    }

    /// When an hour begins, as far as instants reach.
    private static func time(of hour: Int64) -> Timestamp {
        let (instant, isBeyond) = hour.multipliedReportingOverflow(by: microseconds)
        return Timestamp(microseconds: isBeyond ? (hour < 0 ? .min : .max) : instant)
    }

    private static let microseconds: Int64 = 3_600_000_000
}
