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
            var text = ""
            for word in [UInt64.random(in: 0...UInt64.max), UInt64(UInt32.random(in: 0...UInt32.max))] {
                let digits = String(word, radix: 16)
                let width = text.isEmpty ? 16 : 8
                text += String(repeating: "0", count: width - digits.utf8.count) + digits
            }
            return text
        }
    )

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
