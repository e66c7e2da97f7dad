internal import Deployments
internal import Dialects
internal import Judge
internal import Sigma

/// What is held against a deployment, in words.
struct Objection: Sendable, Equatable {
    /// The rule's title, or the policy's part.
    var name: String
    /// The rule's level; nil for a part of the policy.
    var level: Level?
    /// The field's path in the object; empty where the remedy names the fields.
    var place: String
    /// What the policy says; empty for a rule, whose name says it.
    var message: String
    var remedy: String

    init(_ violation: Violation) {
        name = violation.part
        place = violation.place
        message = violation.message
        remedy = violation.remedy
    }

    init(_ finding: Finding, _ container: AdmissionReview.Container, in review: AdmissionReview) {
        name = finding.rule.title
        level = finding.rule.level ?? .medium
        // The reason that says most is the first that stands in the object.
        let fields = finding.reasons.map { (field: $0.field.flatMap(Field.init(rawValue:)), value: $0.value) }
        let whole = review.path(of: nil, value: nil, in: container)
        var best: (field: Field?, place: String)?
        for (field, value) in fields where best == nil {
            let place = review.path(of: field, value: value, in: container)
            if place != whole, !place.isEmpty { best = (field, place) }
        }
        place = best?.place ?? (whole.isEmpty ? review.request.subresource ?? "object" : whole)
        message = ""
        remedy = Remedy.text(for: best?.field)
    }

    /// The policy's, then the rules' by their level, each in the order found.
    static func weightiestFirst(_ objections: [Objection]) -> [Objection] {
        guard objections.count > 1 else { return objections }
        let levels: [Level?] = [nil] + Level.allCases.reversed()
        return levels.flatMap { level in objections.filter { $0.level == level } }
    }

    /// The whole of it, in one line.
    var sentence: String {
        let reason = level.map { "refused by the rule '\(name)' (\($0))" } ?? message
        return "\(prefix)\(reason); \(remedy)"
    }

    /// The same for something that passes.
    var remark: String {
        guard let level else { return "\(prefix)\(message)" }
        return "\(place): rule '\(name)' (\(level)); \(remedy)"
    }

    private var prefix: String { place.isEmpty ? "" : "\(place): " }
}
