/// Texts within XML and HTML.
package enum Markup {
    /// The text with what has a meaning of its own spelled out, and without what XML cannot hold.
    ///
    /// Scalar by scalar, as browsers read: a quotation mark with an accent on it is another character, and still a quotation
    /// mark to them.
    package static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                // XML 1.0 knows no other control characters, and neither end of Unicode's last places.
                let isHostile = VisibleText.isHostile(scalar) || scalar.value & 0xFFFE == 0xFFFE
                if isHostile { escaped += "\u{FFFD}" } else { escaped.unicodeScalars.append(scalar) }
            }
        }
        return escaped
    }
}
