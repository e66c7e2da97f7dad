internal import CPatterns

/// A pattern as the libraries take it: a literal, or an expression in the syntax that RE2 and vectorscan share.
struct PatternExpression {
    /// Longer expressions are refused: compiling takes memory in proportion.
    static let maximumLength = 16_384

    var bytes: [UInt8]
    var flags: UInt32
    var isLiteral = false

    init(_ pattern: Pattern) {
        switch pattern.kind {
        // The libraries' literals cannot begin with a NUL.
        case .literal(let literal, let anchor, let caseSensitive) where literal.first == 0:
            let start = anchor == .start || anchor == .both ? "\\A" : ""
            let end = anchor == .end || anchor == .both ? "\\z" : ""
            bytes = Array((start + Self.escape(literal) + end).utf8)
            flags = UInt32(TW_PATTERN_DOTALL) | (caseSensitive ? 0 : UInt32(TW_PATTERN_CASELESS))
        case .literal(let literal, let anchor, let caseSensitive):
            bytes = literal
            isLiteral = true
            flags =
                (anchor == .start || anchor == .both ? UInt32(TW_PATTERN_AT_START) : 0)
                | (anchor == .end || anchor == .both ? UInt32(TW_PATTERN_AT_END) : 0)
                | (caseSensitive ? 0 : UInt32(TW_PATTERN_CASELESS))
        case .wildcard(let tokens, let caseSensitive):
            bytes = Array(("\\A" + tokens.map(Self.expression).joined() + "\\z").utf8)
            flags = UInt32(TW_PATTERN_DOTALL) | (caseSensitive ? 0 : UInt32(TW_PATTERN_CASELESS))
        case .regex(let expression, let caseInsensitive, let multiLine, let dotMatchesNewline):
            bytes = Array(expression.utf8)
            flags =
                (caseInsensitive ? UInt32(TW_PATTERN_CASELESS) : 0)
                | (multiLine ? UInt32(TW_PATTERN_MULTILINE) : 0)
                | (dotMatchesNewline ? UInt32(TW_PATTERN_DOTALL) : 0)
        }
    }

    func checkLength(index: Int) throws(PatternError) {
        guard bytes.count <= Self.maximumLength else {
            throw PatternError(index: index, message: "longer than \(Self.maximumLength) bytes")
        }
    }

    private static func expression(_ token: Pattern.WildcardToken) -> String {
        switch token {
        case .bytes(let bytes): escape(bytes)
        case .anyRun: ".*"
        // One UTF-8 sequence; a byte that belongs to none counts as a character, so that nothing hides behind it.
        case .anyOne: "(?:[\\xc2-\\xdf][\\x80-\\xbf]|[\\xe0-\\xef][\\x80-\\xbf]{2}|[\\xf0-\\xf4][\\x80-\\xbf]{3}|.)"
        }
    }

    /// An expression for exactly these bytes; empty ones match everywhere.
    private static func escape(_ bytes: [UInt8]) -> String {
        guard !bytes.isEmpty else { return "(?:)" }
        return bytes.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "),
                UInt8(ascii: "/"):
                String(UnicodeScalar(byte))
            // Latin-1 knows cases that bytes of UTF-8 do not have.
            case 128...: "(?-i:\\x" + String(byte, radix: 16) + ")"
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
