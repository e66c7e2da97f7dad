/// Makes hostile text harmless on a terminal.
///
/// Shown as escapes: control characters, what cannot be seen, marks that turn the direction of writing, and more than
/// three accents on one letter, which would be drawn over other lines.
package enum VisibleText {
    package static func escape(_ text: String) -> String {
        // Most text is plain ASCII, and this is asked of every value.
        guard text.utf8.contains(where: { $0 < 32 || $0 >= 127 }) else { return text }
        var output = ""
        var accents = 0
        for scalar in text.unicodeScalars {
            accents = TerminalWidth.isCombining(scalar) ? accents + 1 : 0
            if isHostile(scalar) || accents > 3 {
                output += spelled(scalar)
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// The same for a text of several lines, whose line ends stay.
    package static func escape(lines text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { escape(String($0)) }.joined(separator: "\n")
    }

    private static func spelled(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    /// Whether a terminal, or a reader's eye, could be led astray by it.
    static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160: true
        // Soft hyphen, joiners, fillers that look like nothing.
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x3164, 0xFFA0: true
        // Zero width, direction, invisible operators, annotations, tags.
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
        default: false
        }
    }

    /// At most `width` columns of an escaped text, the last one an ellipsis where something is left out.
    package static func cut(_ text: String, to width: Int) -> String {
        guard TerminalWidth.exceeds(text, width), width > 0 else { return text }
        var columns = 0
        var kept = ""
        for character in text {
            columns += TerminalWidth.of(character)
            if columns > width - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// An escaped text, cut and filled up to just `width` columns.
    package static func fit(_ text: String, to width: Int) -> String {
        let text = cut(text, to: width)
        return text + String(repeating: " ", count: max(0, width - TerminalWidth.of(text)))
    }
}

/// How many columns of a terminal a text takes.
enum TerminalWidth {
    static func of(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + of($1) }
    }

    /// Whether it takes more than `width` columns; stops counting there, since values may be long.
    static func exceeds(_ text: String, _ width: Int) -> Bool {
        var columns = 0
        for character in text {
            columns += of(character)
            if columns > width { return true }
        }
        return false
    }

    static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return 1 }
        if isCombining(first) { return 0 }
        return isWide(first) ? 2 : 1
    }

    static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    /// East Asian Wide and Fullwidth, by blocks (https://www.unicode.org/reports/tr11/), and emoji.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: scalar.properties.isEmojiPresentation
        }
    }
}
