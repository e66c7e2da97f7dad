/// What a YAML scalar is in JSON.
///
/// The rules are those of the API server's tools, YAML 1.1 with their own numbers: `yes`, `on` and `y` are booleans,
/// `0755` is octal, `1:30` is text, and a date is text.
/// Source: https://github.com/kubernetes-sigs/yaml, goyaml.v2/resolve.go.
enum YAMLScalar {
    /// The JSON text of a plain scalar.
    static func json(ofPlain text: String) -> String {
        guard let first = text.utf8.first else { return "null" }
        switch first {
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "~"):
            return words[text] ?? quoted(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? quoted(text)
        default:
            return quoted(text)
        }
    }

    /// The JSON text of a scalar with a tag of YAML's own, or one that stands for itself.
    static func json(of text: String, tag: String) -> String {
        switch tag {
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": number(text) ?? quoted(text)
        case "tag:yaml.org,2002:bool": words[text] ?? quoted(text)
        case "tag:yaml.org,2002:null": "null"
        default: quoted(text)
        }
    }

    static func quoted(_ text: String) -> String {
        var literal: [UInt8] = [UInt8(ascii: "\"")]
        literal.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): literal += [UInt8(ascii: "\\"), byte]
            case 0..<32:
                let digits = String(byte, radix: 16)
                literal += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            default: literal.append(byte)
            }
        }
        literal.append(UInt8(ascii: "\""))
        return String(decoding: literal, as: UTF8.self)
    }

    private static func number(_ text: String) -> String? {
        let plain = text.contains("_") ? text.replacing("_", with: "") : text
        if let integer = integer(plain) { return integer }
        guard isFloat(plain), let value = Double(plain), value.isFinite else { return nil }
        // A whole number counts as one, however it is written.
        return value.rounded() == value && abs(value) < 9e15 ? String(Int64(value)) : "\(value)"
    }

    /// As Go reads integers: `0x`, `0o`, `0b`, and octal after a leading zero.
    private static func integer(_ text: String) -> String? {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        var radix = 10
        if digits.utf8.first == UInt8(ascii: "0"), digits.utf8.count > 1 {
            let mark = digits.dropFirst().first
            switch mark {
            case "x", "X": radix = 16
            case "o", "O": radix = 8
            case "b", "B": radix = 2
            default: radix = 8
            }
            digits = digits.dropFirst(radix == 8 && mark != "o" && mark != "O" ? 1 : 2)
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            let value = UInt64(digits, radix: radix)
        else { return nil }
        if !isNegative { return String(value) }
        return value <= 1 << 63 ? (value == 0 ? "0" : "-\(value)") : nil
    }

    /// Whether it matches `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
    private static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func skipSign() { if let sign = rest.first, sign == 43 || sign == 45 { rest.removeFirst() } }
        func skipDigits() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest.removeFirst(count)
            return count
        }
        skipSign()
        let whole = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard skipDigits() > 0 || whole > 0 else { return false }
        } else if whole == 0 {
            return false
        }
        guard let exponent = rest.first else { return true }
        guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
        rest.removeFirst()
        skipSign()
        return skipDigits() > 0 && rest.isEmpty
    }

    private static let words: [String: String] = [
        "y": "true", "Y": "true", "yes": "true", "Yes": "true", "YES": "true", "true": "true", "True": "true",
        "TRUE": "true", "on": "true", "On": "true", "ON": "true", "n": "false", "N": "false", "no": "false",
        "No": "false", "NO": "false", "false": "false", "False": "false", "FALSE": "false", "off": "false",
        "Off": "false", "OFF": "false", "~": "null", "null": "null", "Null": "null", "NULL": "null",
    ]
}
