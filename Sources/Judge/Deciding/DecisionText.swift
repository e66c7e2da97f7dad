/// Text in the answers of guards, which holds what clients wrote.
package enum DecisionText {
    /// On one line, without anything that a terminal would obey, and not endless.
    package static func visible(_ text: String, limit: Int) -> String {
        // Nearly every text is plain ASCII, and then is told as it stands.
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text }
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            count += 1
            let isControl = scalar.value < 32 || (127...159).contains(scalar.value)
            // Marks that turn the direction of writing, or show nothing, may hide what follows.
            let isHiding =
                (0x200B...0x200F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
                || (0x2060...0x206F).contains(scalar.value) || scalar.value == 0xFEFF
            if isControl || isHiding {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
