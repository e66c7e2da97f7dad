/// A part of a text value: bytes, or a wildcard.
enum TextPart: Sendable, Hashable {
    case bytes([UInt8])
    /// `?`: exactly one character.
    case anyOne
    /// `*`: any run of characters, also none.
    case anyRun
}

/// A text value of a rule: its bytes and wildcards.
struct TextValue: Sendable, Hashable {
    var parts: [TextPart]

    /// Reads a value as written: `*` and `?` are wildcards, a backslash before `*`, `?` or `\` makes it plain, any
    /// other backslash is itself.
    init(_ text: String) {
        parts = []
        var plain: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        func flush(_ parts: inout [TextPart]) {
            if !plain.isEmpty { parts.append(.bytes(plain)) }
            plain = []
        }
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                flush(&parts)
                if parts.last != .anyRun { parts.append(.anyRun) }
            case UInt8(ascii: "?"):
                flush(&parts)
                parts.append(.anyOne)
            case UInt8(ascii: "\\"):
                if let next = bytes.first, "*?\\".utf8.contains(next) {
                    plain.append(next)
                    bytes.removeFirst()
                } else {
                    plain.append(byte)
                }
            default: plain.append(byte)
            }
        }
        flush(&parts)
    }

    init(parts: [TextPart]) { self.parts = parts }

    /// The bytes when there is no wildcard.
    var plain: [UInt8]? {
        if parts.isEmpty { return [] }
        guard parts.count == 1, case .bytes(let bytes) = parts[0] else { return nil }
        return bytes
    }

    /// The same text wherever it stands: at the start, at the end, or anywhere.
    func placed(_ position: Modifier) -> TextValue {
        var parts = parts
        if position != .startswith, parts.first != .anyRun { parts.insert(.anyRun, at: 0) }
        if position != .endswith, parts.last != .anyRun { parts.append(.anyRun) }
        return TextValue(parts: parts)
    }

    /// The same value with each run of bytes changed.
    func mapBytes(_ change: ([UInt8]) -> [UInt8]) -> TextValue {
        TextValue(
            parts: parts.map { part in
                if case .bytes(let bytes) = part { .bytes(change(bytes)) } else { part }
            }
        )
    }

    /// The same parts with neighbouring runs of bytes made one.
    static func joined(_ parts: [TextPart]) -> [TextPart] {
        var joined: [TextPart] = []
        for part in parts {
            if case .bytes(let bytes) = part, case .bytes(let before)? = joined.last {
                joined[joined.count - 1] = .bytes(before + bytes)
            } else {
                joined.append(part)
            }
        }
        return joined
    }
}
