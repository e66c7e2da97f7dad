/// A part of a point in time that the time modifiers look at.
enum TimePart: Sendable, Hashable {
    case minute, hour, day, week, month, year

    init?(_ modifier: Modifier) {
        switch modifier {
        case .minute: self = .minute
        case .hour: self = .hour
        case .day: self = .day
        case .week: self = .week
        case .month: self = .month
        case .year: self = .year
        default: return nil
        }
    }

    /// The values that it can have.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .week: 1...53
        case .month: 1...12
        case .year: 0...9_999
        }
    }
}

/// A point in time, cut into the parts that rules ask for, in UTC.
struct TimeParts: Hashable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    /// Days since 1970-01-01.
    private var dayNumber: Int

    /// Reads RFC 3339, with a space for the `T` and with parts after the date left out; no zone means UTC.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var reader = unsafe Digits(text: text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = Self.days(year: year, month: month, day: day) * 86_400
        if reader.take("T") || reader.take("t") || reader.take(" ") {
            guard let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), hour < 25, minute < 60
            else { return nil }
            seconds += hour * 3_600 + minute * 60
            if reader.take(":") {
                guard let second = reader.number(2), second < 61 else { return nil }
                seconds += min(second, 59)
                if reader.take(".") || reader.take(",") { reader.skipDigits() }
            }
            seconds -= reader.zoneOffset() ?? 0
        }
        self.init(secondsSince1970: seconds)
    }

    /// Cuts seconds since 1970, in the proleptic Gregorian calendar.
    init(secondsSince1970 seconds: Int) {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        dayNumber = days
        hour = rest / 3_600
        minute = rest / 60 % 60
        // Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html#civil_from_days
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A number that stands for a time: seconds since 1970, or milliseconds where seconds would be past the year 5000.
    init?(number: Double) {
        guard number.isFinite, abs(number) < 1e15 else { return nil }
        self.init(secondsSince1970: Int((abs(number) >= 1e11 ? number / 1_000 : number).rounded(.down)))
    }

    subscript(part: TimePart) -> Int {
        switch part {
        case .minute: minute
        case .hour: hour
        case .day: day
        case .week: week
        case .month: month
        case .year: year
        }
    }

    /// The week by ISO 8601: weeks start on Monday, the first one holds 4 January.
    private var week: Int {
        let weekday = ((dayNumber + 3) % 7 + 7) % 7
        let thursday = TimeParts(secondsSince1970: (dayNumber - weekday + 3) * 86_400)
        let firstDay = Self.days(year: thursday.year, month: 1, day: 1)
        return (thursday.dayNumber - firstDay) / 7 + 1
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Reads fixed numbers of digits from a text that is lent.
    @safe
    private struct Digits {
        let text: UnsafeBufferPointer<UInt8>
        var position = 0

        init(text: UnsafeBufferPointer<UInt8>) { unsafe self.text = text }

        mutating func number(_ count: Int) -> Int? {
            guard unsafe position + count <= text.count else { return nil }
            var number = 0
            for _ in 0..<count {
                let byte = unsafe text[position]
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                position += 1
            }
            return number
        }

        mutating func take(_ sign: Unicode.Scalar) -> Bool {
            guard unsafe position < text.count && text[position] == UInt8(ascii: sign) else { return false }
            position += 1
            return true
        }

        mutating func skipDigits() {
            while unsafe position < text.count && text[position] &- 48 < 10 {
                position += 1
            }
        }

        mutating func zoneOffset() -> Int? {
            let sign = take("+") ? 1 : take("-") ? -1 : 0
            guard sign != 0, let hours = number(2) else { return nil }
            _ = take(":")
            return sign * (hours * 3_600 + (number(2) ?? 0) * 60)
        }
    }
}
