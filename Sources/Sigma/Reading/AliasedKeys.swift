/// Finds YAML aliases in keys of maps.
///
/// Yams compares the keys of each map whole, so an alias of aliases of aliases used as a key, or in one, would take
/// exponential time before any bound on values is met. Texts without an anchor are let through; in the others anything
/// that looks like such a key is found, also in a quoted text: no rule has ever needed one.
struct AliasedKeys {
    private let bytes: [UInt8]

    /// The line and column of the first such key, from 1.
    static func place(in text: String) -> (line: Int, column: Int)? {
        let keys = AliasedKeys(bytes: Array(text.utf8))
        guard keys.hasAnchor, let index = keys.first else { return nil }
        let before = keys.bytes[..<index]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, index - start + 1)
    }

    private var hasAnchor: Bool {
        bytes.indices.contains { startsToken($0, UInt8(ascii: "&")) && isName($0 + 1) }
    }

    private var first: Int? {
        // Within the line: whether a bracket is open, and whether an alias stood behind it.
        var (opened, aliased) = (-1, false)
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): (opened, aliased) = (-1, false)
            case UInt8(ascii: "["), UInt8(ascii: "{"): if opened < 0 { opened = index }
            case UInt8(ascii: "*"):
                if opened >= 0 { aliased = true }
                if startsToken(index, UInt8(ascii: "*")), isFollowedByColon(endOfName(index + 1)) { return index }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if aliased, isFollowedByColon(index + 1) { return opened }
            case UInt8(ascii: "?"):
                // An explicit key.
                if startsToken(index, UInt8(ascii: "?")), index + 1 >= bytes.count || isBlank(index + 1) {
                    return index
                }
            default: break
            }
        }
        return nil
    }

    private func isBlank(_ index: Int) -> Bool { " \t\r\n".utf8.contains(bytes[index]) }

    private func isName(_ index: Int) -> Bool {
        guard index < bytes.count else { return false }
        let byte = bytes[index]
        return byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private func startsToken(_ index: Int, _ sign: UInt8) -> Bool {
        guard bytes[index] == sign else { return false }
        return index == 0 || isBlank(index - 1) || "[{,:-?".utf8.contains(bytes[index - 1])
    }

    private func endOfName(_ index: Int) -> Int {
        var index = index
        while isName(index) { index += 1 }
        return index
    }

    private func isFollowedByColon(_ index: Int) -> Bool {
        var index = index
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") {
            index += 1
        }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }
}
