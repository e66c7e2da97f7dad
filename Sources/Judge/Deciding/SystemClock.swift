internal import Deployments
internal import Glibc

extension DecisionClock {
    /// The system's clocks, and names of 96 random bits.
    package static let system = DecisionClock(
        now: {
            let time = read(CLOCK_REALTIME)
            return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        },
        elapsed: {
            let time = read(CLOCK_MONOTONIC)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        },
        identifier: {
            var random = SystemRandomNumberGenerator()
            let (first, second) = (random.next(), random.next())
            let digits = Array("0123456789abcdef".utf8)
            let text = (0..<24).map { position in
                let word = position < 16 ? first : second
                return digits[Int(truncatingIfNeeded: word >> UInt64(position % 16 * 4)) & 15]
            }
            return String(decoding: text, as: UTF8.self)
        }
    )

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
