/// What Go's `Printf` makes of a text that was given to it as its format (https://pkg.go.dev/fmt#hdr-Format_errors).
enum GoPrint {
    /// The text again: `%!s(MISSING)` was `%s`, or `%` with digits and `s`, which cannot be told; `%!(NOVERB)` was `%`.
    static func undone(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let bytes = Array(text.utf8)
        let missing = Array("(MISSING)".utf8)
        let none = Array("%!(NOVERB)".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "!")
            else {
                output.append(bytes[index])
                index += 1
                continue
            }
            output.append(UInt8(ascii: "%"))
            if bytes[index...].starts(with: none) {
                index += none.count
                continue
            }
            // The verb is a character of any length.
            var end = index + 3
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
            guard bytes[end...].starts(with: missing) else {
                index += 1
                continue
            }
            output += bytes[(index + 2)..<end]
            index = end + missing.count
        }
        return String(decoding: output, as: UTF8.self)
    }
}
