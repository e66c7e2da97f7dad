internal import Judge

/// The texts of an answer, as `kubectl` and the cluster's audit log show them.
struct AdmissionText {
    /// What is deployed.
    let subject: String
    /// The decision's id.
    let decision: String

    /// How many reasons are told, and how long a message gets; the record has them all.
    private static let reasonLimit = 3
    private static let lengthLimit = 1_200
    /// The API server cuts a warning behind 256 characters, and all of them behind 4,096 bytes of text.
    private static let warningLimit = 256
    private static let warningsLimit = 4_000
    private static let annotationLimit = 1_024

    func refusal(_ reasons: [Objection]) -> String {
        var text =
            "tidewaiter refuses \(subject): " + reasons.prefix(Self.reasonLimit).map(\.sentence).joined(separator: "; ")
        if reasons.count > Self.reasonLimit { text += "; and \(reasons.count - Self.reasonLimit) more reasons" }
        return "\(DecisionText.visible(text, limit: Self.lengthLimit)); decision \(decision)"
    }

    func unrecorded(_ reason: String) -> String {
        "tidewaiter refuses \(DecisionText.visible(subject, limit: 256)) because the decision cannot be recorded "
            + "(\(DecisionText.visible(reason, limit: 256))); decision \(decision)"
    }

    /// One for each thing found, as many as the API server passes on.
    func warnings(wouldRefuse: [Objection], _ remarks: [Objection]) -> [String] {
        let texts =
            wouldRefuse.map { "tidewaiter would refuse this: \($0.remark)" }
            + remarks.map { "tidewaiter: \($0.remark)" }
        var warnings: [String] = []
        var length = 0
        for (index, text) in texts.enumerated() {
            let warning = Self.cut(DecisionText.visible(text, limit: Self.warningLimit), to: Self.warningLimit)
            guard length + warning.utf8.count + 64 <= Self.warningsLimit else {
                warnings.append("tidewaiter: and \(texts.count - index) more; decision \(decision)")
                break
            }
            length += warning.utf8.count
            warnings.append(warning)
        }
        return warnings
    }

    /// What the cluster's audit log keeps; the API server puts the webhook's name before each key.
    func annotations(verdict: String, _ objections: [Objection], isDryRun: Bool) -> [(key: String, value: String)] {
        var annotations = [("decision", decision), ("verdict", verdict)]
        var names: [String] = []
        for one in objections where !names.contains(one.name) { names.append(one.name) }
        if !names.isEmpty {
            let text = DecisionText.visible(names.joined(separator: ", "), limit: Self.annotationLimit)
            annotations.append(("rules", text))
        }
        if isDryRun { annotations.append(("dry-run", "true")) }
        return annotations
    }

    /// The text within so many bytes of UTF-8, and so within as many characters.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var cut = ""
        for character in text.unicodeScalars {
            guard cut.utf8.count + String(character).utf8.count + 3 <= limit else { break }
            cut.unicodeScalars.append(character)
        }
        return cut + "…"
    }
}
