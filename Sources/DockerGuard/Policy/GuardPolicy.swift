package import Sigma

/// What a policy file says: the profile, what of it is opened, and who may do what.
package struct GuardPolicy: Sendable, Equatable {
    /// The level that deployments are held to.
    package var profile = Profile.strict
    /// The lowest level of a rule that refuses.
    package var refuseAt = Level.high
    /// Files or folders of Sigma rules, beside the built-in ones.
    package var rulePaths: [String] = []
    /// Files or folders of Sigma filters: exceptions.
    package var exceptionPaths: [String] = []
    /// Whether the built-in rules judge, too.
    package var usesBuiltInRules = true
    /// The longest body that is judged, in bytes.
    package var bodyLimit = 4 << 20
    /// Whether reads pass while decisions cannot be recorded.
    package var passesReadsOnFailure = true

    /// The strict profile, and nothing opened.
    package init() {}

    /// Reads a policy file's text.
    ///
    /// - Returns: the policy, nil where a diagnostic is an error.
    package static func read(_ text: String, file: String) -> (policy: GuardPolicy?, diagnostics: [Diagnostic]) {
        (GuardPolicy(), [])
    }
}
