/// What a text is searched for.
///
/// Texts are bytes: nothing is assumed of their encoding, so no input is malformed. Ignoring case means ASCII letters.
package struct Pattern: Hashable, Sendable {
    /// Where a literal must stand in the text.
    package enum Anchor: Hashable, Sendable {
        /// Anywhere.
        case none
        /// At the start.
        case start
        /// At the end.
        case end
        /// It is the whole text.
        case both
    }

    /// A part of a wildcard pattern.
    package enum WildcardToken: Hashable, Sendable {
        /// Exactly these bytes.
        case bytes([UInt8])
        /// Exactly one character, of one to four bytes in UTF-8.
        case anyOne
        /// Any run of characters, also none.
        case anyRun
    }

    enum Kind: Hashable, Sendable {
        case literal([UInt8], anchor: Anchor, caseSensitive: Bool)
        case wildcard([WildcardToken], caseSensitive: Bool)
        case regex(String, caseInsensitive: Bool, multiLine: Bool, dotMatchesNewline: Bool)
    }

    let kind: Kind

    /// Bytes that stand where `anchor` says.
    package static func literal(_ bytes: [UInt8], anchor: Anchor, caseSensitive: Bool) -> Pattern {
        Pattern(kind: .literal(bytes, anchor: anchor, caseSensitive: caseSensitive))
    }

    /// Tokens that make up the whole text.
    package static func wildcard(_ tokens: [WildcardToken], caseSensitive: Bool) -> Pattern {
        Pattern(kind: .wildcard(tokens, caseSensitive: caseSensitive))
    }

    /// A regular expression, without look-around and back-references, found anywhere in the text.
    package static func regex(
        _ text: String,
        caseInsensitive: Bool = false,
        multiLine: Bool = false,
        dotMatchesNewline: Bool = false
    ) -> Pattern {
        Pattern(
            kind: .regex(
                text,
                caseInsensitive: caseInsensitive,
                multiLine: multiLine,
                dotMatchesNewline: dotMatchesNewline
            )
        )
    }
}
