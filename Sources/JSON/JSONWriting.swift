extension JSONValue {
    /// How many elements an array has, or members an object.
    package var count: Int {
        isArray ? elements.reduce(0) { count, _ in count + 1 } : members.reduce(0) { count, _ in count + 1 }
    }

    /// The value as compact JSON text.
    package var jsonText: String {
        switch kind {
        case .object:
            "{" + members.map { "\(Self.quote(String($0.key))):\($0.value.jsonText)" }.joined(separator: ",") + "}"
        case .array: "[" + elements.map(\.jsonText).joined(separator: ",") + "]"
        case .string: Self.quote(string ?? "")
        case .integer: String(integer ?? 0)
        case .unsigned: String(unsigned ?? 0)
        case .double: String(double ?? 0)
        case .boolean: bool == true ? "true" : "false"
        case .null: "null"
        }
    }

    /// The whole number past the signed range, when this is one.
    package var unsigned: UInt64? {
        tag == UInt8(ascii: "u") ? unsafe tape[index + 1] : nil
    }

    /// A JSON string literal.
    package static func quote(_ text: String) -> String {
        // Most texts need no escape, and are copied as they stand.
        let isPlain = text.utf8.allSatisfy { $0 >= 32 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { return "\"\(text)\"" }
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\u{0}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
