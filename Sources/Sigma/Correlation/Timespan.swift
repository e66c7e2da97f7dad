/// The spelling of a correlation's timespan: a number and a unit, `90m`.
///
/// The specification names `s`, `m`, `h` and `d`. `w`, `M` and `y` are pySigma's, with its lengths: those of a week and
/// of the Gregorian calendar's mean month and year.
package enum Timespan {
    /// The longest that is taken: a time before it still has nanoseconds since 1970 that fit in 64 bits.
    static let longest: Int64 = 100 * 31_556_952

    private static let units: [Character: Int64] = [
        "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952,
    ]

    /// The length in seconds; nil for what is no timespan, nothing at all, or longer than a hundred years.
    package static func seconds(_ text: String) -> Int64? {
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ units[$0] }), !digits.isEmpty,
            digits.utf8.allSatisfy({ $0 &- 48 < 10 }), let number = Int64(digits)
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow || seconds == 0 || seconds > longest ? nil : seconds
    }
}

extension Duration {
    /// Whole nanoseconds, at most those that 64 bits hold.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, again) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || again ? (seconds < 0 ? .min : .max) : sum
    }
}
