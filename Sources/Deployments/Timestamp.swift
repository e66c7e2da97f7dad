/// An instant, as microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970; before it, negative.
    public var microseconds: Int64

    /// The instant that many microseconds after 1970.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The instant that many seconds after 1970; nil where no 64-bit count of microseconds reaches.
    public init?(seconds: Int64) {
        let (microseconds, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !isBeyond else { return nil }
        self.microseconds = microseconds
    }

    /// The instant that many seconds after 1970, to the microsecond; nil where no 64-bit count of them reaches.
    public init?(seconds: Double) {
        guard let microseconds = Int64(exactly: (seconds * 1_000_000).rounded(.towardZero)) else { return nil }
        self.microseconds = microseconds
    }

    /// Earlier is less.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// RFC 3339 in UTC, to the microsecond: `2026-11-24T15:47:33.247593Z`.
    public var description: String {
        let seconds = microseconds.flooredDivision(by: 1_000_000)
        // Not a difference: the lowest whole second is out of range.
        let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        let days = seconds.flooredDivision(by: 86_400)
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = CivilDate.date(days: days)
        let time = (Int(second / 3600), Int(second / 60 % 60), Int(second % 60))
        guard (0...9999).contains(year) else {
            func digits(_ value: Int, _ width: Int) -> String {
                let text = String(value)
                return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
            }
            return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T\(digits(time.0, 2))"
                + ":\(digits(time.1, 2)):\(digits(time.2, 2)).\(digits(Int(fraction), 6))Z"
        }
        // Every record is given one: in one piece, which is ten times as fast.
        return unsafe String(unsafeUninitializedCapacity: 27) { text in
            var position = 0
            func write(_ value: Int, _ width: Int, _ end: Unicode.Scalar) {
                var rest = value
                for place in (0..<width).reversed() {
                    unsafe text[position + place] = UInt8(48 + rest % 10)
                    rest /= 10
                }
                unsafe text[position + width] = UInt8(ascii: end)
                position += width + 1
            }
            write(year, 4, "-")
            write(month, 2, "-")
            write(day, 2, "T")
            write(time.0, 2, ":")
            write(time.1, 2, ":")
            write(time.2, 2, ".")
            write(Int(fraction), 6, "Z")
            return position
        }
    }
}

extension Timestamp {
    /// Reads RFC 3339 (`2026-11-24T15:47:33.247593124Z`, `+02:00` and a space for `T` too); digits past the
    /// microsecond are dropped.
    ///
    /// Nil when the bytes are no such time.
    public init?(rfc3339 bytes: some Collection<UInt8>) {
        // Most callers have their bytes in one run; a log has a time in every line, and generic access costs ten times.
        let inPlace: Timestamp?? = bytes.withContiguousStorageIfAvailable { buffer in
            var reader = TimeReader()
            return unsafe reader.read(buffer.span)
        }
        var reader = TimeReader()
        guard let time = inPlace ?? reader.read(Array(bytes.prefix(TimeReader.longest)).span) else { return nil }
        self = time
    }
}

/// Reads RFC 3339, byte by byte.
private struct TimeReader {
    /// Nothing behind it is looked at.
    static let longest = 40
    private var cursor = 0

    mutating func read(_ bytes: Span<UInt8>) -> Timestamp? {
        guard let year = number(4, bytes), skip("-", bytes), let month = number(2, bytes), skip("-", bytes),
            let day = number(2, bytes), skip("T", bytes) || skip("t", bytes) || skip(" ", bytes),
            let hour = number(2, bytes), skip(":", bytes), let minute = number(2, bytes), skip(":", bytes),
            let second = number(2, bytes), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second < 61, let fraction = fraction(bytes), let zone = zone(bytes)
        else { return nil }
        let seconds =
            CivilDate.days(year: year, month: month, day: day) * 86_400
            + Int64(hour * 3600 + minute * 60 + second - zone)
        return Timestamp(microseconds: seconds * 1_000_000 + Int64(fraction))
    }

    private mutating func number(_ width: Int, _ bytes: Span<UInt8>) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit(bytes) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit(_ bytes: Span<UInt8>) -> Int? {
        guard cursor < min(bytes.count, Self.longest), case let digit = Int(bytes[cursor]) - 48, digit >= 0, digit <= 9
        else { return nil }
        cursor += 1
        return digit
    }

    private mutating func skip(_ wanted: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: wanted) else { return false }
        cursor += 1
        return true
    }

    /// Microseconds; further digits are passed over.
    private mutating func fraction(_ bytes: Span<UInt8>) -> Int? {
        guard skip(".", bytes) || skip(",", bytes) else { return 0 }
        var (fraction, scale) = (0, 100_000)
        while let digit = digit(bytes) {
            fraction += digit * scale
            scale /= 10
        }
        return fraction
    }

    /// Seconds east of UTC.
    private mutating func zone(_ bytes: Span<UInt8>) -> Int? {
        if skip("Z", bytes) || skip("z", bytes) { return 0 }
        let isWest = skip("-", bytes)
        guard isWest || skip("+", bytes), let hours = number(2, bytes) else { return nil }
        _ = skip(":", bytes)
        guard let minutes = number(2, bytes) else { return nil }
        return (hours * 60 + minutes) * (isWest ? -60 : 60)
    }
}

/// The proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
private enum CivilDate {
    static func days(year: Int, month: Int, day: Int) -> Int64 {
        let year = Int64(month <= 2 ? year - 1 : year)
        let era = year.flooredDivision(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = Int(part < 10 ? part + 3 : part - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * part + 2) / 5 + 1))
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
