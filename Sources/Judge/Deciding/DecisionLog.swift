/// Where decisions are written before they take effect.
package protocol DecisionLog: Sendable {
    /// Keeps a decision, and returns when it is kept.
    ///
    /// - Throws: when it cannot be kept (a full disk, a full queue): what it allows must then be refused.
    func record(_ verdict: Verdict) async throws

    /// Keeps what nothing depends on: a refusal, which stands whether or not it could be kept, or what is done already.
    func post(_ verdict: Verdict)
}
