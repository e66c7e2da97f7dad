@testable import Posture
import Testing

/// What a check finds in a piece of evidence.
struct CheckCase: Sendable, CustomTestStringConvertible {
    var name: String
    var check: Check
    var evidence: Evidence
    var outcomes: [CheckResult.Outcome]

    init(_ name: String, _ check: Check, _ evidence: Evidence, _ outcomes: CheckResult.Outcome...) {
        self.name = name
        self.check = check
        self.evidence = evidence
        self.outcomes = outcomes
    }

    var testDescription: String { "\(check.id) \(name): \(outcomes)" }
}
