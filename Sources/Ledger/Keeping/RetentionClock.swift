package import Deployments

/// The time that what is too old is reckoned by: the clock's, as far as it can be believed.
///
/// A clock that jumps ahead by years, as one may whose battery is empty, would have everything forgotten at once. So this
/// one goes no more than ``haste`` times as fast as time passes: after a long standstill it has caught up in a few days,
/// and a clock that is wrong for an hour costs a day at most.
package struct RetentionClock: Sendable {
    private var reached: Timestamp
    private var at: ContinuousClock.Instant

    /// How much faster than time it may go.
    package static let haste: Int64 = 24

    /// - Parameters:
    ///   - now: what the clock says.
    ///   - newest: when something was remembered last, before which the clock was believed.
    package init(now: Timestamp, _ instant: ContinuousClock.Instant, newest: Timestamp?) {
        reached = min(now, newest ?? now)
        at = instant
    }

    /// The time to go by.
    package mutating func time(at now: Timestamp, _ instant: ContinuousClock.Instant) -> Timestamp {
        let (seconds, attoseconds) = (instant - at).components
        let passed = max(
            0,
            seconds.multipliedReportingOverflow(by: 1_000_000).partialValue + attoseconds / 1_000_000_000_000
        )
        let (farthest, isBeyond) = reached.microseconds.addingReportingOverflow(
            passed.multipliedReportingOverflow(by: Self.haste).partialValue
        )
        reached = isBeyond ? now : min(now, Timestamp(microseconds: farthest))
        at = instant
        return reached
    }
}
