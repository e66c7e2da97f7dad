internal import Deployments
internal import Sigma

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
        NamePattern.matches(self.check, check.id) && (subject.map { NamePattern.matches($0, result.subject) } ?? true)
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
        copy.today = Timestamp(seconds: time).map { String("\($0)".prefix(10)) } ?? "9999-12-31"
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
