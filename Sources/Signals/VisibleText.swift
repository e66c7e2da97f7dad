/// Makes hostile text harmless on a terminal: control characters and marks that turn the direction of writing are shown
/// as escapes.
package enum VisibleText {
    package static func escape(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHostile) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            if isHostile(scalar) {
                output += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xe0000...0xe0fff: true
        default: false
        }
    }

    /// At most `width` characters, the last one an ellipsis where something is left out.
    static func cut(_ text: String, to width: Int) -> String {
        guard text.count > width, width > 1 else { return text }
        return text.prefix(width - 1) + "…"
    }
}

extension VisibleText {
    /// The same for a text of several lines, whose line ends stay.
    package static func escape(lines text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { escape(String($0)) }.joined(separator: "\n")
    }
}
