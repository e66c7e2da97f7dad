internal import Patterns

/// Text tests as patterns of the `Patterns` room.
enum TextPatterns {
    static func pattern(_ expression: String, _ options: RegexOptions) -> Pattern {
        .regex(
            expression,
            caseInsensitive: options.ignoresCase,
            multiLine: options.multiLine,
            dotMatchesNewline: options.dotMatchesNewline
        )
    }

    /// Plain text at an end or anywhere as a literal, which scans fastest; everything else as a wildcard pattern.
    static func pattern(_ parts: [TextPart], cased: Bool) -> Pattern {
        switch parts.count {
        case 2:
            if case .bytes(let bytes) = parts[0], parts[1] == .anyRun {
                return .literal(bytes, anchor: .start, caseSensitive: cased)
            }
            if case .bytes(let bytes) = parts[1], parts[0] == .anyRun {
                return .literal(bytes, anchor: .end, caseSensitive: cased)
            }
        case 3:
            if parts[0] == .anyRun, case .bytes(let bytes) = parts[1], parts[2] == .anyRun {
                return .literal(bytes, anchor: .none, caseSensitive: cased)
            }
        default: break
        }
        let tokens = parts.map { part -> Pattern.WildcardToken in
            switch part {
            case .bytes(let bytes): .bytes(bytes)
            case .anyOne: .anyOne
            case .anyRun: .anyRun
            }
        }
        return .wildcard(tokens, caseSensitive: cased)
    }

    /// A pattern for texts with letters beyond ASCII, whose case the `Patterns` room does not know: each such letter
    /// in all its cases.
    ///
    /// `nil` where there are none.
    static func folded(_ parts: [TextPart]) -> Pattern? {
        var hasFolding = false
        let body = parts.map { part -> String in
            switch part {
            case .anyRun: return ".*"
            case .anyOne: return "(?:[\\xc2-\\xf4][\\x80-\\xbf]{1,3}|.)"
            case .bytes(let bytes):
                guard bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) else {
                    return escaped(bytes)
                }
                return text.unicodeScalars.map { scalar in
                    let cases = cases(of: scalar)
                    if scalar.isASCII || cases.count == 1 { return escaped(Array(String(scalar).utf8)) }
                    hasFolding = true
                    return "(?:" + cases.map { escaped(Array($0.utf8)) }.joined(separator: "|") + ")"
                }.joined()
            }
        }
        guard hasFolding else { return nil }
        return .regex(
            "\\A" + body.joined() + "\\z",
            caseInsensitive: true,
            multiLine: false,
            dotMatchesNewline: true
        )
    }

    private static func cases(of scalar: Unicode.Scalar) -> [String] {
        let properties = scalar.properties
        var seen: Set<String> = []
        return [
            String(scalar), properties.lowercaseMapping, properties.uppercaseMapping, properties.titlecaseMapping,
        ].filter { seen.insert($0).inserted }
    }

    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let isLetterOrDigit =
                byte &- 48 < 10 || byte &- 65 < 26 || byte &- 97 < 26
            return isLetterOrDigit
                ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
