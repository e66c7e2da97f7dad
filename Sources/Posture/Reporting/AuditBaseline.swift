/// An earlier report, to tell what is new and what is gone.
package struct AuditBaseline: Sendable {
    /// What tells one answer from another, from one report to the next.
    package struct Key: Sendable, Hashable, Comparable {
        package var check: String
        package var subject: String

        package static func < (left: Key, right: Key) -> Bool {
            (left.check, left.subject) < (right.check, right.subject)
        }
    }

    private var failing: Set<Key>

    /// Reads a report that was told as JSON.
    ///
    /// - Throws: ``DocumentError`` where it is none.
    package init(json bytes: [UInt8]) throws(DocumentError) {
        let document = try Document(json: bytes)
        guard let checks = document["checks"], document["tidewaiter"]?.text != nil else {
            throw DocumentError("this is no report of an audit; make one with 'tidewaiter audit --format json'")
        }
        failing = []
        for check in checks.elements {
            guard let id = check["id"]?.text else { continue }
            for result in check["results"]?.elements ?? [] {
                let outcome = result["outcome"]?.text.flatMap(CheckResult.Outcome.init(rawValue:))
                guard outcome == .fail || outcome == .warn else { continue }
                failing.insert(Key(check: id, subject: result["subject"]?.text ?? ""))
            }
        }
    }

    func holds(_ result: CheckResult, of check: Check) -> Bool {
        guard result.outcome == .fail || result.outcome == .warn else { return true }
        return failing.contains(Key(check: check.id, subject: result.subject))
    }

    /// What it has and a report has not; what that report could not look at is not gone.
    func missing(from report: AuditReport) -> [Key] {
        var known = failing
        for entry in report.entries {
            if entry.results.contains(where: { $0.result.outcome == .unknown }) {
                known = known.filter { $0.check != entry.check.id }
            }
            for judged in entry.results where judged.result.outcome == .fail || judged.result.outcome == .warn {
                known.remove(Key(check: entry.check.id, subject: judged.result.subject))
            }
        }
        let asked = Set(report.entries.map(\.check.id))
        return known.filter { asked.contains($0.check) }.sorted()
    }
}
