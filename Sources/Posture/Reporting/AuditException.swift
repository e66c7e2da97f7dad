/// A failing answer that the owners accept for a while.
package struct AuditException: Sendable, Equatable {
    /// The check's id, or the beginning of one with a star: `TW-M1018-*`.
    package var check: String
    /// What it is about, with stars for any text; nil for all that the check finds.
    package var subject: String?
    /// Why it is accepted: for the report.
    package var reason: String
    /// The last day on which it counts: `2027-03-31`.
    package var expires: String
    /// Where it is written: `audit.yml:12:5`.
    package var place: String

    package init(check: String, subject: String? = nil, reason: String, expires: String, place: String = "") {
        self.check = check
        self.subject = subject
        self.reason = reason
        self.expires = expires
        self.place = place
    }

    func covers(_ result: CheckResult, of check: Check) -> Bool {
        Wildcard.matches(self.check, check.id) && (subject.map { Wildcard.matches($0, result.subject) } ?? true)
    }
}

/// All exceptions, and which of them were of use.
package struct AuditExceptions: Sendable {
    package var exceptions: [AuditException]
    private var today = ""
    private var used: Set<Int> = []

    package init(_ exceptions: [AuditException] = []) { self.exceptions = exceptions }

    /// The same on the day of a time, in seconds since 1970.
    func judging(at time: Double) -> AuditExceptions {
        var copy = self
        copy.today = CivilDay.text(of: time)
        return copy
    }

    mutating func exception(for result: CheckResult, of check: Check) -> AuditException? {
        guard result.outcome == .fail || result.outcome == .warn else { return nil }
        for (index, exception) in exceptions.enumerated() where exception.covers(result, of: check) {
            used.insert(index)
            // Days are written so that they sort as texts.
            if exception.expires >= today { return exception }
        }
        return nil
    }

    /// Those that did nothing, in words.
    var remarks: [String] {
        exceptions.enumerated().compactMap { index, exception in
            let name = exception.subject.map { "\(exception.check) for \($0)" } ?? exception.check
            let place = exception.place.isEmpty ? "" : "\(exception.place): "
            if !used.contains(index) { return "\(place)the exception of \(name) covers nothing that fails; remove it" }
            return exception.expires < today
                ? "\(place)the exception of \(name) ended on \(exception.expires); renew it, or mend what fails" : nil
        }
    }
}

/// Texts with stars that stand for any text.
enum Wildcard {
    /// Whether a text is what the pattern says, as a whole; in time that grows with the two lengths multiplied.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var place = 0
        var position = 0
        // Where the last star is, and what it has taken so far.
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                place = last.place + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// Days of the Gregorian calendar, in UTC.
enum CivilDay {
    /// `2026-12-01`, of seconds since 1970.
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    static func text(of time: Double) -> String {
        let days = Int((min(max(time, 0), 253_402_300_799) / 86_400).rounded(.down)) + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
