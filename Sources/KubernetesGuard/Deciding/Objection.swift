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
    /// The field's path in the object.
    var place: String
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
        let container = container
        let paths = fields.map { review.path(of: $0.field, value: $0.value, in: container) }
        let whole = review.path(of: nil, value: nil, in: container)
        let best = paths.firstIndex { $0 != whole && !$0.isEmpty }
        place = best.map { paths[$0] } ?? (whole.isEmpty ? review.request.subresource ?? "object" : whole)
        message = "refused by the rule '\(finding.rule.title)' (\(finding.rule.level ?? .medium))"
        remedy = Remedy.text(for: best.flatMap { fields[$0].field })
    }

    /// The whole of it, in one line.
    var sentence: String { "\(place): \(message); \(remedy)" }

    /// The same for something that passes.
    var remark: String {
        guard let level else { return "\(place): \(message)" }
        return "\(place): rule '\(name)' (\(level)); \(remedy)"
    }
}
