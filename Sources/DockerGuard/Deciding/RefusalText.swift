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
        return "\(visible(text, limit: lengthLimit)); decision \(id)"
    }

    static func unrecorded(_ reason: String, id: String) -> String {
        "tidewaiter: refused because the decision cannot be recorded (\(visible(reason, limit: 256))); "
            + "decision \(id)"
    }

    /// A rule that refuses, with what it matched.
    static func reason(of finding: Finding) -> String {
        let what = finding.reasons.first.map { " (\($0.field ?? "anywhere"))" } ?? ""
        return "refused by the rule '\(finding.rule.title)'\(what); change it, or make an exception with a filter"
    }

    /// On one line, without anything that a terminal would obey, and not endless.
    static func visible(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            count += 1
            let isControl = scalar.value < 32 || (127...159).contains(scalar.value)
            // Marks that turn the direction of writing, or show nothing, may hide what follows.
            let isHiding =
                (0x200B...0x200F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
                || (0x2060...0x206F).contains(scalar.value) || scalar.value == 0xFEFF
            if isControl || isHiding {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
