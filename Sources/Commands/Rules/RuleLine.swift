internal import Judge
internal import Sigma
internal import SigmaTesting
internal import Signals

/// A rule in words.
enum RuleLine {
    /// One line: level, id, techniques, title.
    static func text(_ rule: Rule) -> String {
        text(FindingRule(rule))
    }

    /// The same of a correlation.
    static func text(_ correlation: Correlation) -> String { text(FindingRule(correlation)) }

    private static func text(_ rule: FindingRule) -> String {
        let level = (rule.level ?? .medium).rawValue
        let columns = [pad(level, 13), pad(rule.id ?? "-", 36), pad(rule.techniques.joined(separator: " "), 20)]
        return VisibleText.escape((columns + [rule.title]).joined(separator: "  ")) + "\n"
    }

    /// Everything that a person wants to know before they act on it.
    static func explanation(_ rule: Rule, source: String?) -> String {
        var text = "\(rule.title)\n"
        let status = rule.status.map { ", \($0.rawValue)" } ?? ""
        text += "  level \((rule.level ?? .medium).rawValue)\(status), id \(rule.id ?? "none"), \(rule.place.file)\n"
        if !rule.techniques.isEmpty { text += "  ATT&CK \(rule.techniques.joined(separator: ", "))\n" }
        if let description = rule.description { text += "\n\(indent(description))\n" }
        if let source { text += "\nIt looks for\n\(indent(source))\n" }
        text += list("False alarms", rule.falsepositives)
        text += list("References", rule.references)
        let examples = rule.examples.examples
        text += list("Matches", examples.filter(\.isPositive).map(\.name))
        text += list("Does not match", examples.filter { !$0.isPositive }.map(\.name))
        return text
    }

    static func list(_ title: String, _ items: [String]) -> String {
        items.isEmpty ? "" : "\n\(title)\n" + items.map { "  - \($0)\n" }.joined()
    }

    static func indent(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
    }
}
