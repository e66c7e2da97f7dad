/// The time that live correlations go by, in nanoseconds since 1970: the clock's, which never goes back here.
///
/// A clock is set back when it ran ahead, or by mistake. Events that bear its time would then be of before those that
/// were judged already, and be lost until it catches up. So their time goes on where it stood: what lies between two
/// events is still told right. Events of other clocks are taken at their word as long as they are not late.
struct CorrelationClock: Sendable, Equatable {
    /// How far events may claim to be ahead of the clock: clocks differ by hours where a time zone is mistaken.
    static let farthest: Int64 = 86_400_000_000_000

    /// The latest time so far.
    private(set) var now = Int64.min
    /// What is added to times of a clock that was set back.
    private(set) var shift: Int64 = 0
    /// How often it was set back.
    private(set) var setbacks = 0

    /// Where an event stands.
    enum Place: Equatable {
        case at(Int64)
        /// What is after it was judged already.
        case late
        /// It claims to be of a time far from now.
        case early
    }

    /// Goes on as a clock did before.
    mutating func resume(shift: Int64) { self.shift = max(self.shift, shift) }

    /// Whether the clock, now at `time`, was set back by more than `tolerance`.
    func isSetBack(at time: Int64, tolerance: Int64) -> Bool { time.plus(shift) < now.minus(tolerance) }

    /// Goes on to what the clock says.
    ///
    /// - Parameter judged: the time up to which events are judged: none is ever taken of before it.
    mutating func tick(_ time: Int64, judged: Int64, tolerance: Int64) {
        if shift > 0, time >= now, time >= judged { shift = 0 }
        if isSetBack(at: time, tolerance: tolerance) {
            setbacks += 1
            (now, shift) = judged <= time ? (time, 0) : (now, now.minus(time))
        } else if time.plus(shift) < judged.minus(tolerance), now == .min {
            // Before the first time that it is looked at, it was set back.
            shift = judged.minus(time)
        }
        now = max(now, time.plus(shift))
    }

    /// Where an event stands by its own account.
    func place(_ time: Int64, judged: Int64, tolerance: Int64) -> Place {
        if time >= judged { return time.minus(Self.farthest) <= max(now, judged) ? .at(time) : .early }
        let shifted = time.plus(shift)
        return shift > 0 && shifted >= judged && shifted <= now.plus(tolerance) ? .at(shifted) : .late
    }
}

extension Int64 {
    /// The sum, or the nearest number there is.
    func plus(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    /// The difference, or the nearest number there is.
    func minus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
