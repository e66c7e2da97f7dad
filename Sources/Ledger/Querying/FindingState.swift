package import Deployments

/// What became of a finding.
package enum FindingState: Int, Sendable, CaseIterable {
    /// Nobody has said anything of it.
    case open
    /// Somebody knows of it, and looks into it.
    case acknowledged
    /// It is done with.
    case closed

    /// A state by its name; nil for a name that is none.
    package init?(named name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }

    /// Its name, as `tidewaiter.finding.state`.
    package var name: String { String(describing: self) }

    /// The name of a row's state.
    static var nameSQL: String {
        let cases = allCases.map { "WHEN \($0.rawValue) THEN '\($0.name)'" }.joined(separator: " ")
        return "CASE state \(cases) END"
    }
}

/// What somebody said of a finding.
package struct FindingNote: Sendable, Equatable {
    package var time: Timestamp
    /// Who said it.
    package var author: String
    /// What the finding became by it.
    package var state: FindingState
    /// May be empty.
    package var text: String

    package init(time: Timestamp, author: String, state: FindingState, text: String) {
        self.time = time
        self.author = author
        self.state = state
        self.text = text
    }
}
