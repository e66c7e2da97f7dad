internal import JSON

extension ChartValue {
    /// The value in YAML as Helm's `toYaml` writes it: keys in order, lists no deeper than their key, and no line's end last.
    var yaml: String { lines.joined(separator: "\n") }

    private var lines: [String] {
        switch self {
        case .list(let list) where !list.isEmpty:
            list.flatMap { element in Self.indented(element.lines, first: "- ") }
        case .map(let members) where !members.isEmpty:
            members.sorted { $0.key < $1.key }.flatMap { Self.member($0.key, $0.value) }
        default: [scalar]
        }
    }

    private static func member(_ key: String, _ value: ChartValue) -> [String] {
        let key = scalar(key)
        return switch value {
        case .list(let list) where !list.isEmpty: ["\(key):"] + value.lines
        case .map(let members) where !members.isEmpty: ["\(key):"] + indented(value.lines, first: "  ")
        default: ["\(key): \(value.scalar)"]
        }
    }

    private static func indented(_ lines: [String], first: String) -> [String] {
        lines.enumerated().map { ($0.offset == 0 ? first : "  ") + $0.element }
    }

    private var scalar: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .integer(let integer): String(integer)
        case .flag(let flag): flag ? "true" : "false"
        case .null: "null"
        case .list: "[]"
        case .map: "{}"
        }
    }

    /// A text without quotes where no reader of YAML could take it for anything else, and quoted otherwise.
    private static func scalar(_ text: String) -> String { isPlain(text) ? text : JSONValue.quote(text) }

    private static func isPlain(_ text: String) -> Bool {
        if isQuantity(text) { return true }
        guard let first = text.utf8.first, isLetter(first), text.utf8.allSatisfy(isPlain) else { return false }
        return !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    }

    /// `64Mi` and `50m`, which are no numbers to YAML (resource.Quantity of Kubernetes).
    private static func isQuantity(_ text: String) -> Bool {
        let digits = text.utf8.prefix(while: isDigit)
        let unit = String(text.utf8.dropFirst(digits.count)) ?? ""
        return !digits.isEmpty && ["m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"].contains(unit)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-_./".utf8.contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
