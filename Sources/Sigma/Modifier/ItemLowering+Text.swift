internal import Patterns

/// Values that are compared as text: expanded, encoded, placed.
extension ItemLowering {
    func text(_ spelling: String, _ content: DetectionItem.Content) throws(Complaint) -> Formula {
        var values: [TextValue] = []
        for expanded in try expand(spelling) {
            // A number or a boolean has no wildcards, but its spelling has none either.
            values.append(TextValue(expanded))
        }
        var dashed = false
        for modifier in modifiers {
            switch modifier.kind {
            case .position: values = values.map { $0.placed(modifier) }
            case .encoding: values = values.map { Self.encoded($0, modifier) }
            case .base64: values = try base64(values, modifier)
            case .dashes:
                guard values.allSatisfy(Dashes.canSpellOut) else {
                    dashed = true
                    continue
                }
                values = values.flatMap(Dashes.variants)
            default: break
            }
        }
        if isKeyword { values = values.map { $0.placed(.contains) } }
        if dashed {
            guard !modifiers.contains(where: { $0.kind == .base64 || $0.kind == .encoding }) else {
                throw Complaint(message: "the value has too many dashes to be encoded in every spelling")
            }
            let options = RegexOptions(ignoresCase: !isCased, dotMatchesNewline: true)
            return .any(try values.map { value throws(Complaint) in try checked(Dashes.expression(value), options) })
        }
        return .any(try values.map { value throws(Complaint) in try test(value) })
    }

    private func test(_ value: TextValue) throws(Complaint) -> Formula {
        if let plain = value.plain {
            if !isCased { try checkFolded(value.parts) }
            return predicate(.exact(plain, cased: isCased))
        }
        if value.parts == [.anyRun] { return predicate(.anyValue) }
        let length = value.parts.reduce(0) { sum, part in
            if case .bytes(let bytes) = part { sum + bytes.count } else { sum + 1 }
        }
        guard length <= 3_000 else { throw Complaint(message: "the value is longer than 3,000 bytes") }
        if !isCased { try checkFolded(value.parts) }
        if value.parts.count > 16 { try check(TextPatterns.pattern(value.parts, cased: isCased)) }
        return predicate(.wildcard(value.parts, cased: isCased))
    }

    /// Letters beyond ASCII become an expression, which can grow too long.
    private func checkFolded(_ parts: [TextPart]) throws(Complaint) {
        guard let pattern = TextPatterns.folded(parts) else { return }
        try check(pattern)
    }

    /// Refuses here, with a place, what could not be compiled later, when it would cost every rule.
    private func check(_ pattern: Pattern) throws(Complaint) {
        do {
            try PatternSet.check(pattern)
        } catch {
            throw Complaint(message: "the value cannot be searched for: \(error.message)")
        }
    }

    func expand(_ text: String) throws(Complaint) -> [String] {
        guard modifiers.contains(.expand) else { return [text] }
        do {
            return try Placeholders.expand(text, with: placeholders)
        } catch {
            switch error {
            case .unknown(let name):
                throw Complaint(
                    message: "nothing is known to put in the place of '%\(name)%'",
                    hint: "supply values for the placeholder '\(name)'"
                )
            case .tooMany:
                throw Complaint(message: "the placeholders stand for more than \(Placeholders.limit) values")
            }
        }
    }

    private static func encoded(_ value: TextValue, _ modifier: Modifier) -> TextValue {
        let isBigEndian = modifier == .utf16be
        let encoded = value.mapBytes { Encoding.utf16($0, bigEndian: isBigEndian) }
        guard modifier == .utf16 else { return encoded }
        return TextValue(parts: TextValue.joined([.bytes([0xFF, 0xFE])] + encoded.parts))
    }

    private func base64(_ values: [TextValue], _ modifier: Modifier) throws(Complaint) -> [TextValue] {
        var results: [TextValue] = []
        for value in values {
            guard let plain = value.plain else {
                throw Complaint(
                    message: "a value with wildcards cannot be encoded",
                    hint: "write the wildcard as \\* or \\? if it is meant plainly, and 'contains' after the encoding"
                )
            }
            let encodings = modifier == .base64 ? [Encoding.base64(plain)] : Encoding.base64Offsets(plain)
            for encoding in encodings {
                guard !encoding.isEmpty else {
                    throw Complaint(message: "the value is too short for '\(modifier.rawValue)'")
                }
                results.append(TextValue(parts: [.bytes(encoding)]))
            }
        }
        return results
    }
}
