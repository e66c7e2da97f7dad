internal import Deployments
internal import Judge

/// What of a profile a policy has opened.
package struct Allowances: Sendable, Equatable {
    /// How far a part is opened.
    package enum Opening: Sendable, Equatable {
        case wholly
        /// For these values.
        case values(Set<String>)
    }

    package private(set) var openings: [ProfilePart: Opening] = [:]

    /// Nothing.
    package init() {}

    /// Opens a part whole.
    package mutating func open(_ part: ProfilePart) { openings[part] = .wholly }

    /// Opens a part for values, beside those that it is open for.
    package mutating func open(_ part: ProfilePart, for values: [String]) {
        switch openings[part] {
        case .wholly: break
        case .values(let others): openings[part] = .values(others.union(values))
        case nil: openings[part] = .values(Set(values))
        }
    }

    /// These and those.
    package func union(_ others: Allowances) -> Allowances {
        var all = self
        for (part, opening) in others.openings {
            switch opening {
            case .wholly: all.open(part)
            case .values(let values): all.open(part, for: Array(values))
            }
        }
        return all
    }

    /// Whether the part is open for `value`; nil is the whole of it.
    package func allows(_ part: ProfilePart, _ value: String?) -> Bool {
        switch openings[part] {
        case nil: false
        case .wholly: true
        case .values(let values):
            value.map { value in values.contains { part.matches($0, value) } } ?? false
        }
    }

    /// Whether that very value is among those that the part is open for.
    func lists(_ part: ProfilePart, _ value: String) -> Bool {
        guard case .values(let values)? = openings[part] else { return false }
        return values.contains { part.matches($0, value) && part.matches(value, $0) }
    }
}

extension ProfilePart {
    /// Whether a value that opens this part means `value`.
    func matches(_ opened: String, _ value: String) -> Bool {
        switch matching {
        case .whole: false
        case .word: normalised(opened) == normalised(value)
        case .text: opened == value
        case .directory: HostPath(opened).contains(HostPath(value))
        case .pattern: TextPattern(self == .images ? ImagePolicy.canonical(opened) : opened).matches(value)
        }
    }

    private func normalised(_ word: String) -> String {
        self == .capabilities ? Capability(word).name : word.lowercased()
    }
}
