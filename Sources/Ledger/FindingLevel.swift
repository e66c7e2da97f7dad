/// The levels of findings in their order: what they are kept as is their place in it.
package enum FindingLevel: Int, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// A level by its name in Sigma; what is none is `medium`, as a rule without one.
    package init(named name: String) { self = Self.allCases.first { $0.name == name } ?? .medium }

    /// Its name in Sigma, and as `rule.level`.
    package var name: String { String(describing: self) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
