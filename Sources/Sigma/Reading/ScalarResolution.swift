/// What a plain YAML scalar means, by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).
///
/// YAML 1.1, which many libraries still read, makes booleans of `yes` and `off` and octal numbers of `0755`;
/// a rule that says `SomeValue: yes` means the text.
enum ScalarResolution {
    static func content(ofPlain text: String) -> Attribute.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        guard let first = text.utf8.first, mayStartNumber(first) else { return .text(text) }
        if let integer = integer(text) { return .integer(integer) }
        if let number = number(text) { return .number(number) }
        return .text(text)
    }

    private static func mayStartNumber(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private static func integer(_ text: String) -> Int64? {
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
        return Int64(text)
    }

    private static func number(_ text: String) -> Double? {
        // `Double` also takes "nan", "0x1p3" and "infinity", which the core schema does not.
        let allowed = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0)
        }
        guard allowed, text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
