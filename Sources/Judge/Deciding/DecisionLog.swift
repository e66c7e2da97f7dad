/// Where decisions are written before they take effect.
package protocol DecisionLog: Sendable {
    /// Keeps a decision, and returns when it is kept.
    ///
    /// - Throws: when it cannot be kept (a full disk, a full queue): what it allows must then be refused.
    func record(_ verdict: Verdict) async throws

    /// Whether ``recordAtOnce(_:)`` would most likely keep a decision now.
    var recordsAtOnce: Bool { get }

    /// Keeps a decision without waiting for anybody; nil where that cannot be done, and nothing was kept.
    func recordAtOnce(_ verdict: Verdict) -> Result<Void, any Error>?

    /// Keeps what nothing depends on: a refusal, which stands whether or not it could be kept, or what is done already.
    func post(_ verdict: Verdict)
}

extension DecisionLog {
    /// Never: somebody has to be waited for.
    package var recordsAtOnce: Bool { false }

    /// Keeps nothing.
    package func recordAtOnce(_ verdict: Verdict) -> Result<Void, any Error>? { nil }
}
