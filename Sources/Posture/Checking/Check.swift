package import Sigma

/// One question about a mitigation, with all that people need to know of it.
package struct Check: Sendable {
    /// Stable: `TW-M1018-008`.
    package var id: String
    package var title: String
    package var mitigation: Mitigation
    /// How much it matters where it fails; as the levels of rules.
    package var level: Level
    /// What is looked at.
    package var reads: String
    /// When it passes.
    package var passes: String
    /// What to do where it does not.
    package var remedy: String
    /// Where others ask the same: CIS benchmarks, vendors' documentation.
    package var references: [String]
    /// Asks it.
    var judge: @Sendable (Evidence) -> [CheckResult]
    /// What would have it pass where it fails, from what is known.
    var fix: @Sendable (Evidence) -> [Fix] = { _ in [] }

    /// Asks it of what is known.
    ///
    /// - Returns: a result for each thing that was looked at, or one for all of them; never none.
    package func results(on evidence: Evidence) -> [CheckResult] {
        let results = judge(evidence)
        return results.isEmpty ? [CheckResult(.unknown, subject: "", "nothing was looked at")] : results
    }

    /// What would have it pass; none where it does not fail.
    package func fixes(on evidence: Evidence) -> [Fix] {
        results(on: evidence).contains { $0.outcome == .fail || $0.outcome == .warn } ? fix(evidence) : []
    }
}

/// The answer to a check, for one thing that was looked at.
package struct CheckResult: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        case pass
        case fail
        /// It is as it should be, but nothing holds it so; or nobody can tell from here.
        case warn
        /// There is nothing of the kind.
        case notApplicable = "na"
        /// It could not be looked at: never a pass.
        case unknown
    }

    package var outcome: Outcome
    /// What was looked at: `ClusterRoleBinding "anon-view"`; empty for all of it.
    package var subject: String
    /// In a sentence.
    package var reason: String
    /// What was seen, as it stands there.
    package var evidence: [String]

    package init(_ outcome: Outcome, subject: String, _ reason: String, evidence: [String] = []) {
        self.outcome = outcome
        self.subject = subject
        self.reason = reason
        self.evidence = evidence
    }
}
