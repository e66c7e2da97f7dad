/// Takes values of the expected type out of a document and complains about others.
package struct DocumentReading {
    package private(set) var diagnostics: [Diagnostic] = []

    package init() {}

    package mutating func error(_ message: String, _ place: Place, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, message, at: place, hint: hint))
    }

    package mutating func warning(_ message: String, _ place: Place, hint: String? = nil) {
        diagnostics.append(Diagnostic(.warning, message, at: place, hint: hint))
    }

    package mutating func note(_ message: String, _ place: Place, hint: String? = nil) {
        diagnostics.append(Diagnostic(.note, message, at: place, hint: hint))
    }

    package mutating func append(_ others: [Diagnostic]) { diagnostics.append(contentsOf: others) }

    /// Whether an error was reported so far.
    package var failed: Bool { diagnostics.contains { $0.severity == .error } }

    /// A scalar's text; numbers and dates as spelled.
    package mutating func text(_ member: Attribute.Member) -> String? {
        if case .null = member.value.content { return nil }
        if let text = member.value.text { return text }
        error("'\(member.key)' must be text", member.value.place)
        return nil
    }

    /// A list of texts; one text alone counts as a list of one.
    package mutating func texts(_ member: Attribute.Member) -> [String] {
        switch member.value.content {
        case .null: return []
        case .list(let list):
            var texts: [String] = []
            for element in list {
                if case .null = element.content { continue }
                guard let text = element.text else {
                    error("'\(member.key)' must be a list of texts", element.place)
                    continue
                }
                texts.append(text)
            }
            return texts
        case .map:
            error("'\(member.key)' must be a list of texts", member.value.place)
            return []
        default: return member.value.text.map { [$0] } ?? []
        }
    }

    /// One of the words of an enumeration.
    package mutating func word<Word: RawRepresentable & CaseIterable>(
        _ member: Attribute.Member,
        of type: Word.Type
    ) -> Word? where Word.RawValue == String {
        guard let text = text(member) else { return nil }
        if let word = Word(rawValue: text.lowercased()) { return word }
        error(
            "'\(text)' is no \(member.key)",
            member.value.place,
            hint: "one of " + Word.allCases.map(\.rawValue).joined(separator: ", ")
        )
        return nil
    }

    /// The members of a map.
    package mutating func members(_ member: Attribute.Member) -> [Attribute.Member] {
        if case .map(let members) = member.value.content { return members }
        if case .null = member.value.content { return [] }
        error("'\(member.key)' must be a map", member.value.place)
        return []
    }

    /// A boolean, or 1 or 0.
    package mutating func flag(_ member: Attribute.Member) -> Bool? {
        switch member.value.content {
        case .boolean(let flag): return flag
        case .integer(0): return false
        case .integer(1): return true
        default:
            error("'\(member.key)' is true or false, or 1 or 0", member.value.place)
            return nil
        }
    }

    /// A size in `range`, as ``size(_:)`` reads it; nil after complaining, with an example of one.
    package mutating func size(_ member: Attribute.Member, in range: ClosedRange<Int>, such example: String) -> Int? {
        guard let bytes = text(member).flatMap(Self.size), range.contains(bytes) else {
            error(
                "'\(member.key)' is no size between \(Self.spelled(range.lowerBound)) and \(Self.spelled(range.upperBound))",
                member.value.place,
                hint: "such as \(example)"
            )
            return nil
        }
        return bytes
    }

    private static func spelled(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
    }

    /// A map of one key, `pass` or `refuse`: whether it says pass; nil after complaining.
    package mutating func passes(_ key: String, in member: Attribute.Member) -> Bool? {
        var passes: Bool?
        for entry in members(member) {
            guard entry.key == key, let text = text(entry), ["pass", "refuse"].contains(text) else {
                error("'\(member.key)' is '{\(key): pass}' or '{\(key): refuse}'", entry.place)
                continue
            }
            passes = text == "pass"
        }
        return passes
    }

    /// `4MiB`, `512KiB` or a number of bytes; nil for anything else.
    package static func size(_ text: String) -> Int? {
        for (unit, shift) in [("KiB", 10), ("MiB", 20)] where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(3)), number >= 0, number <= 1 << 20 else { return nil }
            return number << shift
        }
        return Int(text)
    }

    /// Complains of a key that means nothing where it stands.
    package mutating func unknown(_ member: Attribute.Member, _ known: [String]) {
        error("'\(member.key)' is no key here", member.place, hint: "one of " + known.sorted().joined(separator: ", "))
    }
}
