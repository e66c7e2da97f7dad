internal import CPatterns

/// A pattern in the syntax that vectorscan and RE2 share.
struct PatternExpression {
    /// Longer expressions are refused: compiling takes memory in proportion.
    static let maximumLength = 16_384

    var text: String
    var flags: UInt32

    init(_ pattern: Pattern) {
        switch pattern.kind {
        case .literal(let bytes, let anchor, let caseSensitive):
            let start = anchor == .start || anchor == .both ? "\\A" : ""
            // Not `$`, which would also match before a line end.
            let end = anchor == .end || anchor == .both ? "\\z" : ""
            text = start + Self.escape(bytes) + end
            flags = UInt32(TW_PATTERN_DOTALL) | (caseSensitive ? 0 : UInt32(TW_PATTERN_CASELESS))
        case .wildcard(let tokens, let caseSensitive):
            text = "\\A" + tokens.map(Self.expression).joined() + "\\z"
            flags = UInt32(TW_PATTERN_DOTALL) | (caseSensitive ? 0 : UInt32(TW_PATTERN_CASELESS))
        case .regex(let expression, let caseInsensitive, let multiLine, let dotMatchesNewline):
            text = expression
            flags =
                (caseInsensitive ? UInt32(TW_PATTERN_CASELESS) : 0)
                | (multiLine ? UInt32(TW_PATTERN_MULTILINE) : 0)
                | (dotMatchesNewline ? UInt32(TW_PATTERN_DOTALL) : 0)
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
            default:
                "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
