internal import Deployments
internal import Judge
internal import PodSecurity
internal import Sigma

/// What a scan says at its end: how much was read, what was found, and what could not be seen.
struct ScanSummary {
    let tally: ScanTally
    let bench: Judge.Bench
    /// The policy that pods were judged by in place of rules.
    var policy: PodSecurityPolicy?
    /// What correlated the findings, where anything did.
    var correlator: Correlator?
    let elapsed: Duration

    /// The lines, each ended.
    var text: String {
        var lines = [read, found]
        if let most = mostFrequent { lines.append(most) }
        lines += blindness
        lines += uncorrelated
        if !bench.unfed.isEmpty {
            let titles =
                bench.unfed.prefix(3).map(\.title).joined(separator: "; ") + (bench.unfed.count > 3 ? "; …" : "")
            lines.append("Unfed: \(number(bench.unfed.count, "rule")) on logs that are not read here (\(titles)).")
        }
        if tally.problems > 0 {
            lines.append("\(number(tally.problems, "record")) could not be read, or not wholly: see above.")
        }
        if !tally.skipped.isEmpty {
            let names = tally.skipped.prefix(3).joined(separator: ", ") + (tally.skipped.count > 3 ? ", …" : "")
            lines.append("Passed over, since they are no log that is known: \(names).")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var read: String {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let rate = ByteCount.text(Int(Double(tally.bytes) / seconds))
        return "Read \(number(tally.files, "file")), \(number(tally.records, "record")), "
            + "\(ByteCount.text(tally.bytes)) in \((seconds * 100).rounded() / 100) s (\(rate)/s)."
    }

    private var found: String {
        let levels = Level.allCases.reversed().compactMap { level in
            tally.findings[level].map { "\($0) \(level.rawValue)" }
        }
        if let policy {
            let controls = levels.isEmpty ? "" : ": \(levels.joined(separator: ", "))"
            let verb = tally.flagged == 1 ? "violates" : "violate"
            return "\(number(tally.deployments, "pod")) judged by \(policy), \(tally.flagged) \(verb) it\(controls)."
        }
        let findings = levels.isEmpty ? "no rule matches" : levels.joined(separator: ", ")
        let raw = tally.rawFindings > 0 ? " and \(number(tally.rawFindings, "finding")) on raw records" : ""
        let correlated = tally.correlations > 0 ? " and \(number(tally.correlations, "correlation"))" : ""
        return "\(number(tally.deployments, "deployment")), \(tally.flagged) flagged\(raw)\(correlated): \(findings)."
    }

    /// What correlations could not take into account.
    private var uncorrelated: [String] {
        guard let correlator else { return [] }
        let counts = correlator.counts
        let parts = [
            (correlator.timeless, "without a time"), (counts.ungrouped, "without a field to group by"),
            (counts.valueless, "without the field that is counted"),
            (counts.late, "too late to be put in order"), (counts.evictedEvents, "beyond what is kept in mind"),
            (counts.cut, "in part, for their many values"),
        ].filter { $0.0 > 0 }.map { "\(number($0, "event")) \($1)" }
        return parts.isEmpty ? [] : ["Correlations left out " + parts.joined(separator: ", ") + "."]
    }

    private var mostFrequent: String? {
        guard tally.rules.count > 1 else { return nil }
        let rules = tally.rules.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        return "Most often: " + rules.map { "\($0.key) (\($0.value))" }.joined(separator: ", ") + "."
    }

    /// Which rules could not see what, and why.
    private var blindness: [String] {
        tally.visibilities.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { visibility, count in
            let rules = bench.rules(blindTo: visibility)
            guard !rules.isEmpty else { return nil }
            let titles = rules.prefix(3).map(\.title).joined(separator: "; ") + (rules.count > 3 ? "; …" : "")
            return "Blind: \(number(rules.count, "rule")) on \(number(count, "deployment")), since "
                + "\(visibility.explanation) (\(titles))."
        }
    }

    private func number(_ count: Int, _ noun: String) -> String {
        var digits = String(count)
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
            index -= 3
        }
        return "\(digits) \(noun)\(count == 1 ? "" : "s")"
    }
}
