internal import Judge
internal import Sigma
internal import SigmaTesting

/// A correlation in words: what it looks at, how it groups, over which time, and what a timeline does.
enum CorrelationLine {
    /// Everything that a person wants to know before they act on it.
    static func explanation(
        _ correlation: Correlation,
        _ rules: [Rule],
        _ correlations: [Correlation],
        _ results: [CorrelationTestResult]
    ) -> String {
        let told = FindingRule(correlation)
        var text = "\(correlation.title)\n"
        let status = correlation.status.map { ", \($0.rawValue)" } ?? ""
        let level = (correlation.level ?? .medium).rawValue
        text += "  level \(level)\(status), id \(correlation.id ?? "none"), \(correlation.place.file)\n"
        if !told.techniques.isEmpty { text += "  ATT&CK \(told.techniques.joined(separator: ", "))\n" }
        if let description = correlation.description { text += "\n\(RuleLine.indent(description))\n" }
        text += "\nIt \(figure(correlation))\n" + members(correlation, rules, correlations, depth: 1)
        text += "\n" + grouping(correlation)
        text += RuleLine.list("False alarms", correlation.falsepositives)
        text += RuleLine.list("References", correlation.references)
        for result in results { text += "\n" + timeline(result) }
        return text
    }

    private static func figure(_ correlation: Correlation) -> String {
        let fields = correlation.fields.joined(separator: " and ")
        let bounds = correlation.bounds.map(words).joined(separator: " and ")
        let count = correlation.rules.count
        let what =
            switch correlation.kind {
            case .eventCount: "counts matches: \(bounds) of"
            case .valueCount: "counts different values of \(fields): \(bounds) in matches of"
            case .temporal: "needs \(bounds.isEmpty ? "all \(count)" : bounds) of these, in any order:"
            case .temporalOrdered: "needs \(bounds.isEmpty ? "all \(count)" : bounds) of these, one after the other:"
            case .valueSum: "sums up \(fields): \(bounds) in matches of"
            case .valueAverage: "takes the mean of \(fields): \(bounds) in matches of"
            case .valueMedian: "takes the median of \(fields): \(bounds) in matches of"
            case .valuePercentile:
                "\(correlation.percentile.map { "takes the \(number($0))th percentile" } ?? "takes the share in percent") "
                    + "of \(fields): \(bounds) in matches of"
            }
        return what
    }

    private static func words(_ bound: Correlation.Bound) -> String {
        let relation =
            switch bound.relation {
            case .gt: "more than"
            case .gte: "at least"
            case .lt: "less than"
            case .lte: "at most"
            case .eq: "just"
            case .neq: "other than"
            }
        return "\(relation) \(number(bound.number))"
    }

    private static func number(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }

    /// What it looks at, and what that builds on.
    private static func members(
        _ correlation: Correlation,
        _ rules: [Rule],
        _ correlations: [Correlation],
        depth: Int
    ) -> String {
        // Correlations that build on themselves are refused before; a chain that is very long is cut.
        guard depth < 8 else { return "" }
        let space = String(repeating: "  ", count: depth)
        return correlation.rules.enumerated().map { index, reference in
            let mark = correlation.kind == .temporalOrdered ? "\(index + 1)." : "-"
            if let other = correlations.first(where: { $0.isNamed(reference.name) }) {
                return "\(space)\(mark) \(other.title) (\(reference.name)), which \(figure(other))\n"
                    + members(other, rules, correlations, depth: depth + 1)
                    + "\(space)  \(span(other))\n"
            }
            let title = rules.first { $0.isNamed(reference.name) }?.title ?? "a rule that is not loaded"
            return "\(space)\(mark) \(title) (\(reference.name))\n"
        }.joined()
    }

    private static func span(_ correlation: Correlation) -> String {
        let groups =
            correlation.groupBy.isEmpty ? "all together" : "for each \(correlation.groupBy.joined(separator: ", "))"
        return "within \(duration(correlation.timespan)), \(groups)"
    }

    private static func grouping(_ correlation: Correlation) -> String {
        var text = "It counts \(span(correlation))"
        text += correlation.groupBy.isEmpty ? ".\n" : "; what lacks one of these is left out.\n"
        for column in correlation.groupBy + correlation.fields {
            guard let alias = correlation.aliases[column] else { continue }
            let names = correlation.rules.map { "\(alias[$0.name] ?? column) of \($0.name)" }
            text += "  \(column) is \(names.joined(separator: ", "))\n"
        }
        text += "It is told once within that time, "
        text += correlation.generate ? "and so is each match.\n" : "and in place of the matches.\n"
        return text
    }

    /// What each event of an example comes to.
    private static func timeline(_ result: CorrelationTestResult) -> String {
        let verdict = result.example.isPositive ? "Matches" : "Does not match"
        var text = "\(verdict): \(result.example.name)\n"
        let rows = result.steps.map { step in
            let name = step.rules.isEmpty ? "no match of these" : step.rules.joined(separator: "; ")
            return (time: duration(step.event.time), name: name, found: step.matches)
        }
        let width = rows.map(\.time.count).max() ?? 0
        // The middle of a long timeline says nothing new.
        let shown = rows.count <= 12 ? Array(rows.indices) : Array(0..<4) + Array((rows.count - 4)..<rows.count)
        var last = -1
        for index in rows.indices where shown.contains(index) || !rows[index].found.isEmpty {
            if index != last + 1 { text += "  \(pad("…", width))  \(index - last - 1) more events\n" }
            last = index
            text += "  \(pad(rows[index].time, width))  \(rows[index].name)\n"
            for match in rows[index].found {
                let group = match.group.isEmpty ? "" : " for \(match.group.joined(separator: ", "))"
                text += "  \(pad("", width))  → told\(group): \(number(match.figure)), of \(match.eventCount) events\n"
            }
        }
        if last + 1 < rows.count { text += "  \(pad("…", width))  \(rows.count - last - 1) more events\n" }
        return text
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Such as `1h 30m`.
    static func duration(_ duration: Duration) -> String {
        var rest = duration.components.seconds
        guard rest != 0 else { return "0s" }
        var parts: [String] = []
        for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            if rest >= seconds { parts.append("\(rest / seconds)\(unit)") }
            rest %= seconds
        }
        return parts.joined(separator: " ")
    }
}
