internal import Sigma

/// How far a mitigation is in place, in per cent.
///
/// Each check that applies weighs by its level: critical 10, high 5, medium 2, low 1, informational 0. It earns its weight when
/// all its answers pass, half of it when the worst is a warning, and nothing when one fails or could not be made: what nobody
/// could look at is not in place. What does not apply counts for nothing.
package struct MitigationScore: Sendable, Equatable {
    package var mitigation: Mitigation
    /// nil where no check applies.
    package var percent: Int?
    package var passed = 0
    package var failed = 0
    package var warned = 0
    package var unknown = 0
    package var notApplicable = 0

    init(_ mitigation: Mitigation, _ entries: [AuditReport.Entry]) {
        self.mitigation = mitigation
        var earned = 0
        var possible = 0
        for entry in entries where entry.check.mitigation == mitigation {
            // In halves, so that it stays whole.
            let weight = 2 * entry.check.level.weight
            switch entry.outcome {
            case .pass:
                passed += 1
                earned += weight
            case .warn:
                warned += 1
                earned += weight / 2
            case .fail: failed += 1
            case .unknown: unknown += 1
            case .notApplicable:
                notApplicable += 1
                continue
            }
            possible += weight
        }
        // Rounded down: a hundred is for those that have all of it.
        percent = possible > 0 ? earned * 100 / possible : nil
    }
}

extension AuditReport {
    /// The score of each mitigation, in their order.
    package var scores: [MitigationScore] { Mitigation.allCases.map { MitigationScore($0, entries) } }
}

extension Level {
    fileprivate var weight: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 5
        case .critical: 10
        }
    }
}
