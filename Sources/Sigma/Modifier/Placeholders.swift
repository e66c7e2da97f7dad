/// Puts values in the place of `%name%`.
enum Placeholders {
    /// How many values one value may become.
    static let limit = 10_000

    enum Failure: Error, Hashable {
        case unknown(String)
        case tooMany
    }

    /// A part of a value with placeholders.
    private enum Piece: Hashable {
        case text(String)
        case name(String)
    }

    /// Every value that comes out; `\%` is a plain percent sign.
    static func expand(_ text: String, with table: [String: [String]]) throws(Failure) -> [String] {
        var results = [""]
        for piece in pieces(of: text) {
            switch piece {
            case .text(let plain): results = results.map { $0 + plain }
            case .name(let name):
                guard let values = table[name], !values.isEmpty else { throw .unknown(name) }
                guard results.count * values.count <= limit else { throw .tooMany }
                results = results.flatMap { result in values.map { result + $0 } }
            }
        }
        return results
    }

    /// Whether a value has a placeholder.
    static func isAnyIn(_ text: String) -> Bool {
        pieces(of: text).contains { if case .name = $0 { true } else { false } }
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "\\", rest.first == "%" {
                plain.append("%")
                rest.removeFirst()
                continue
            }
            guard character == "%", let end = rest.firstIndex(of: "%"), end > rest.startIndex,
                rest[..<end].allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) })
            else {
                plain.append(character)
                continue
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(.name(String(rest[..<end])))
            rest = rest[rest.index(after: end)...]
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }
}
