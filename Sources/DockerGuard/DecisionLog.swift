package import Judge

/// Where decisions are written before they take effect.
package protocol DecisionLog: Sendable {
    /// Keeps a decision.
    ///
    /// - Throws: when it cannot be kept (a full disk, a full queue): deployments are then refused.
    func record(_ verdict: Verdict) throws
}
