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
    /// What the API server says of a pod names every offender, and is told whole for all but monstrous pods.
    private static let podSecurityLimit = 4_096
    /// The API server cuts warnings behind 256 characters each once all of them are longer than 4,096.
    private static let warningLimit = 256
    private static let podSecurityWarningLimit = 3_000
    private static let warningsLimit = 4_000
    private static let annotationLimit = 1_024

    func refusal(_ reasons: [Objection]) -> String {
        var text =
            "tidewaiter refuses \(subject): " + reasons.prefix(Self.reasonLimit).map(\.sentence).joined(separator: "; ")
        if reasons.count > Self.reasonLimit { text += "; and \(reasons.count - Self.reasonLimit) more reasons" }
        let isOfPodSecurity = reasons.contains { $0.name == PodSecurityJudging.part }
        let limit = isOfPodSecurity ? Self.podSecurityLimit : Self.lengthLimit
        return "\(DecisionText.visible(text, limit: limit)); decision \(decision)"
    }

    func unrecorded(_ reason: String) -> String {
        "tidewaiter refuses \(DecisionText.visible(subject, limit: 256)) because the decision cannot be recorded "
            + "(\(DecisionText.visible(reason, limit: 256))); decision \(decision)"
    }

    /// One for each thing found, as many as the API server passes on.
    func warnings(wouldRefuse: [Objection], _ remarks: [Objection], podSecurity: [String] = []) -> [String] {
        let texts =
            podSecurity + wouldRefuse.map { "tidewaiter would refuse this: \($0.remark)" }
            + remarks.map { "tidewaiter: \($0.remark)" }
        var warnings: [String] = []
        var length = 0
        for (index, text) in texts.enumerated() {
            let limit = index < podSecurity.count ? Self.podSecurityWarningLimit : Self.warningLimit
            let warning = Self.cut(DecisionText.visible(text, limit: limit), to: limit)
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
    func annotations(
        verdict: String,
        _ objections: [Objection],
        podSecurity: [(key: String, value: String)],
        isDryRun: Bool
    ) -> [(key: String, value: String)] {
        var annotations = [("decision", decision), ("verdict", verdict)]
        var names: [String] = []
        for one in objections where !names.contains(one.name) { names.append(one.name) }
        if !names.isEmpty {
            // Titles have commas of their own.
            let text = DecisionText.visible(names.joined(separator: "; "), limit: Self.annotationLimit)
            annotations.append(("rules", text))
        }
        annotations += podSecurity.map { ($0.key, DecisionText.visible($0.value, limit: Self.podSecurityLimit)) }
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
