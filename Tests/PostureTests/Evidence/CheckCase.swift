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

extension CheckCase {
    /// Whether anything is to be put right.
    var hasFault: Bool { outcomes.contains { [.fail, .warn].contains($0) } }

    func expectOutcomes() {
        let results = check.results(on: evidence)
        #expect(results.map(\.outcome) == outcomes, "\(results)")
    }

    /// That once people have made the changes of the check's fixes, all of it passes.
    func expectFixed() {
        let fixes = check.fixes(on: evidence)
        let results = check.results(on: evidence.applying(fixes))
        #expect(!fixes.isEmpty)
        #expect(results.allSatisfy { $0.outcome == .pass }, "\(results)\n\(fixes)")
    }
}
