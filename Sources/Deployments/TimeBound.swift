/// A bound in time, as a person gives it: an instant, a day, or how long ago.
package struct TimeBound: Sendable, Equatable {
    package var timestamp: Timestamp

    /// Reads `2026-11-24T15:47:33Z`, `2026-11-24` (its first instant, UTC), or `90m`, `24h`, `7d` before `now`.
    package init?(_ text: String, now: Timestamp) {
        if let instant = Timestamp(rfc3339: Array(text.utf8)) {
            timestamp = instant
        } else if let day = Timestamp(rfc3339: Array("\(text)T00:00:00Z".utf8)) {
            timestamp = day
        } else if let seconds = Self.seconds(text) {
            timestamp = Timestamp(microseconds: now.microseconds - seconds * 1_000_000)
        } else {
            return nil
        }
    }

    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
            (0...1_000_000).contains(count)
        else { return nil }
        return count * unit
    }
}
