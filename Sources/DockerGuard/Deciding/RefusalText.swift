internal import Judge
internal import Sigma

/// The texts of refusals, as the client's user reads them.
enum RefusalText {
    /// How many reasons are told, and how long a message gets; the record has them all.
    private static let reasonLimit = 3
    private static let lengthLimit = 1024

    static func message(_ reasons: [String], id: String) -> String {
        var text = "tidewaiter: " + reasons.prefix(reasonLimit).joined(separator: "; ")
        if reasons.count > reasonLimit { text += "; and \(reasons.count - reasonLimit) more reasons" }
        return "\(DecisionText.visible(text, limit: lengthLimit)); decision \(id)"
    }

    static func unrecorded(_ reason: String, id: String) -> String {
        "tidewaiter: refused because the decision cannot be recorded (\(DecisionText.visible(reason, limit: 256))); "
            + "decision \(id)"
    }

    /// A rule that refuses, with what it matched.
    static func reason(of finding: Finding) -> String {
        let what = finding.reasons.first.map { " (\($0.field ?? "anywhere"))" } ?? ""
        return "refused by the rule '\(finding.rule.title)'\(what); change it, or make an exception with a filter"
    }
}
