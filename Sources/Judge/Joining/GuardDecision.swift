/// What a guard decided of a deployment, as it is remembered with it.
package struct GuardDecision: Codable, Equatable, Sendable {
    /// The decision's id, which the guard told its client.
    package var id: String
    /// What became of the request: `allowed`, `refused`, `would-refuse`.
    package var outcome: String

    private enum CodingKeys: String, CodingKey {
        case id = "i"
        case outcome = "o"
    }

    package init(id: String, outcome: String) {
        self.id = id
        self.outcome = outcome
    }
}
