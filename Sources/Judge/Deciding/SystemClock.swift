internal import Deployments
internal import Glibc
internal import Synchronization

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
            let (first, second) = randomWords()
            return unsafe String(unsafeUninitializedCapacity: 24) { text in
                for position in 0..<24 {
                    let word = position < 16 ? first : second
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(position % 16 * 4)) & 15
                    unsafe text[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                }
                return 24
            }
        }
    )

    /// Random words that are still to be used: fetched many at once, since asking the kernel costs more than a name does.
    private static let words = Mutex<[UInt64]>([])

    private static func randomWords() -> (UInt64, UInt64) {
        words.withLock { words in
            if words.count < 2 {
                var fresh = [UInt64](repeating: 0, count: 32)
                let isFilled = unsafe fresh.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) == 0 }
                words = isFilled ? fresh : []
            }
            var random = SystemRandomNumberGenerator()
            return (words.popLast() ?? random.next(), words.popLast() ?? random.next())
        }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
