internal import Patterns

/// Turns a field, its modifiers and its values into a formula over predicates.
struct ItemLowering {
    let item: DetectionItem
    let placeholders: [String: [String]]

    var modifiers: [Modifier] { item.modifiers }
    var isCased: Bool { modifiers.contains(.cased) }
    var isKeyword: Bool { item.field == nil }

    /// The formula, or `nil` after complaining.
    func formula(_ reading: inout DocumentReading) -> Formula? {
        var parts: [Formula] = []
        for value in item.values {
            do {
                parts.append(try formula(of: value, &reading))
            } catch {
                reading.error(error.message, error.place ?? value.place, hint: error.hint)
            }
        }
        guard parts.count == item.values.count else { return nil }
        warn(&reading)
        let joined: Formula = modifiers.contains(.all) ? .all(parts) : .any(parts)
        return modifiers.contains(.neq) ? .not(joined) : joined
    }

    private func warn(_ reading: inout DocumentReading) {
        if modifiers.contains(.all), item.values.count == 1 {
            reading.warning("'all' has no effect on a single value", item.place)
        }
        if item.values.count > 1, item.values.contains(where: { $0.content == .null }) {
            reading.warning("null in a list of values: the field may also be absent", item.place)
        }
        if modifiers.contains(.expand) {
            for value in item.values where !Placeholders.isAnyIn(value.spelling) {
                reading.warning(
                    "'expand' finds no placeholder in this value",
                    value.place,
                    hint: "a placeholder is written %name%; a backslash before it makes the percent sign plain"
                )
            }
        }
        let hasPosition = modifiers.contains { $0.kind == .position }
        if modifiers.contains(.base64offset), !hasPosition, !isKeyword {
            reading.warning(
                "'base64offset' without 'contains' matches whole values only",
                item.place,
                hint: "add '|contains'"
            )
        }
        if hasPosition, item.values.contains(where: { $0.content == .text("") }) {
            reading.warning("an empty text stands in every value", item.place)
        }
    }

    /// What is wrong with a value.
    struct Complaint: Error {
        var message: String
        var hint: String?
        var place: Place?
    }

    private func formula(
        of value: DetectionItem.Value,
        _ reading: inout DocumentReading
    ) throws(Complaint) -> Formula {
        if let kind = modifiers.first(where: { Self.decisive.contains($0.kind) })?.kind {
            switch kind {
            case .existence: return try existence(value)
            case .regex: return try regex(value)
            case .network: return try network(value)
            case .fieldReference: return try fieldReference(value)
            case .time: return try time(value)
            default: return try comparison(value)
            }
        }
        switch value.content {
        case .null:
            guard modifiers.allSatisfy({ $0 == .neq || $0 == .all }), !isKeyword else {
                throw Complaint(message: "null cannot be compared as text", hint: "remove the modifiers or the value")
            }
            return predicate(.null)
        case .integer(let integer) where !changesText:
            return .any(Self.spellings(value.spelling, "\(integer)").map { exact($0) })
        case .number(let number) where !changesText:
            return .any(Self.spellings(value.spelling, NumberText.spelled(number)).map { exact($0) })
        case .boolean(let boolean) where !changesText: return exact(boolean ? "true" : "false")
        case .text, .integer, .number, .boolean: return try text(value.spelling, value.content)
        }
    }

    private static let decisive: Set<Modifier.Kind> = [
        .existence, .regex, .network, .fieldReference, .time, .comparison,
    ]

    /// Whether a modifier works on the value's text, so that a number is meant by its spelling.
    private var changesText: Bool { isKeyword || modifiers.contains { ![.negation, .quantity].contains($0.kind) } }

    private static func spellings(_ written: String, _ canonical: String) -> [String] {
        written == canonical ? [written] : [written, canonical]
    }

    func predicate(_ test: Test) -> Formula { .predicate(Predicate(field: item.field, test: test)) }

    private func exact(_ text: String) -> Formula { predicate(.exact(Array(text.utf8), cased: false)) }

    private func existence(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        guard case .boolean(let wanted) = value.content else {
            throw Complaint(message: "'exists' needs true or false, not '\(value.spelling)'")
        }
        return wanted ? predicate(.exists) : .not(predicate(.exists))
    }

    private func regex(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        guard value.content != .null else { throw Complaint(message: "'re' needs a regular expression") }
        let options = RegexOptions(
            ignoresCase: modifiers.contains(.i),
            multiLine: modifiers.contains(.m),
            dotMatchesNewline: modifiers.contains(.s)
        )
        return .any(
            try expand(value.spelling).map { expression throws(Complaint) in
                do throws(Complaint) {
                    return try checked(expression, options)
                } catch {
                    var complaint = error
                    complaint.place = complaint.place ?? value.place
                    throw complaint
                }
            }
        )
    }

    func checked(_ expression: String, _ options: RegexOptions) throws(Complaint) -> Formula {
        guard !expression.utf8.contains(0) else {
            throw Complaint(message: "the regular expression holds a NUL character", hint: "write it as \\x00")
        }
        do {
            try PatternSet.check(TextPatterns.pattern(expression, options))
        } catch {
            let offset = error.offset.map { " at character \($0 + 1) of it" } ?? ""
            throw Complaint(
                message: "the regular expression cannot be used: \(error.message)\(offset)",
                hint: "look-around and back-references are not supported, since they can take exponential time"
            )
        }
        return predicate(.regex(expression, options))
    }

    private func network(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        guard case .text = value.content else {
            throw Complaint(message: "'\(value.spelling)' is no network", hint: "write it like 10.0.0.0/8 or fe80::/10")
        }
        return .any(
            try expand(value.spelling).map { text throws(Complaint) in
                guard let network = Network(text) else {
                    throw Complaint(
                        message: "'\(text)' is no network",
                        hint: "write it like 10.0.0.0/8 or fe80::/10"
                    )
                }
                return predicate(.network(network))
            }
        )
    }

    private func fieldReference(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        guard value.content != .null, !value.spelling.isEmpty else {
            throw Complaint(message: "'fieldref' needs the name of a field")
        }
        let relation: FieldRelation =
            modifiers.contains(.contains)
            ? .contains
            : modifiers.contains(.startswith) ? .startsWith : modifiers.contains(.endswith) ? .endsWith : .equal
        return predicate(.field(value.spelling, relation, cased: isCased))
    }

    private func number(_ value: DetectionItem.Value) throws(Complaint) -> Number {
        switch value.content {
        case .integer(let integer): return .integer(integer)
        case .number(let number): return .number(number)
        case .text(let text):
            if let integer = Int64(text) { return .integer(integer) }
            if let number = Double(text), number.isFinite { return .number(number) }
        case .boolean, .null: break
        }
        throw Complaint(message: "'\(value.spelling)' is no number")
    }

    private func comparison(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        predicate(.compare(wantedComparison, try number(value)))
    }

    private var wantedComparison: Comparison {
        for modifier in modifiers {
            switch modifier {
            case .lt: return .less
            case .lte: return .lessOrEqual
            case .gt: return .greater
            case .gte: return .greaterOrEqual
            default: continue
            }
        }
        return .equal
    }

    private func time(_ value: DetectionItem.Value) throws(Complaint) -> Formula {
        guard let part = modifiers.lazy.compactMap(TimePart.init).first,
            case .integer(let wanted) = try number(value), let wanted = Int(exactly: wanted)
        else { throw Complaint(message: "'\(value.spelling)' is no whole number") }
        guard part.range.contains(wanted) else {
            throw Complaint(
                message: "\(wanted) is no \(part)",
                hint: "from \(part.range.lowerBound) to \(part.range.upperBound)"
            )
        }
        return predicate(.time(part, wantedComparison, wanted))
    }
}
