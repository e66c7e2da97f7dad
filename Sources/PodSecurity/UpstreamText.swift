/// Words as the API server writes them, since its messages are to be told exactly.
enum UpstreamText {
    /// `"a", "b"`.
    static func quoted(_ items: some Collection<String>) -> String {
        items.isEmpty ? "" : "\"\(items.joined(separator: "\", \""))\""
    }

    /// One of two forms, by number.
    static func plural(_ one: String, _ many: String, _ count: Int) -> String { count == 1 ? one : many }

    /// `container "a"` or `containers "a", "b"`.
    static func containers(_ names: some Collection<String>) -> String {
        "\(plural("container", "containers", names.count)) \(quoted(names))"
    }

    /// `pod and containers "a", "b"`, leaving out who is not there.
    static func setters(pod: Bool, _ names: [String]) -> String {
        ((pod ? ["pod"] : []) + (names.isEmpty ? [] : [containers(names)])).joined(separator: " and ")
    }

    /// Each once, by their bytes, as Go sorts.
    static func sorted(_ items: some Sequence<String>) -> [String] {
        // Not a set of texts: Swift takes canonically equivalent ones for one.
        Set(items.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// A text as Go's `%q` writes it (strconv.Quote).
    static func goQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{07}": quoted += "\\a"
            case "\u{08}": quoted += "\\b"
            case "\u{0C}": quoted += "\\f"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0B}": quoted += "\\v"
            default:
                if isPrinted(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else if scalar.value < 0x80 {
                    quoted += "\\x" + hex(scalar, 2)
                } else {
                    quoted += scalar.value < 0x1_0000 ? "\\u" + hex(scalar, 4) : "\\U" + hex(scalar, 8)
                }
            }
        }
        return quoted + "\""
    }

    private static func hex(_ scalar: Unicode.Scalar, _ width: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Letters, marks, numbers, punctuation, symbols, and the ASCII space (Go's `unicode.IsPrint`).
    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: scalar == " "
        }
    }
}
