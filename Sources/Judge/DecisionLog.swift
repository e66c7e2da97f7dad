/// Where decisions are written before they take effect.
package protocol DecisionLog: Sendable {
    /// Keeps a decision, and returns when it is kept.
    ///
    /// - Throws: when it cannot be kept (a full disk, a full queue): what it allows must then be refused.
    func record(_ verdict: Verdict) async throws

    /// Keeps a refusal that is given where nothing may wait, as on an event loop.
    ///
    /// A refusal stands whether or not it could be kept.
    func post(_ refusal: Verdict)
}
