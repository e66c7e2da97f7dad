/// A piece of an expression's text.
struct FieldToken: Equatable {
    enum Kind: Equatable {
        case open
        case close
        /// `=`, `!=`, `~`, `!~`, `>`, `>=`, `<`, `<=`.
        case comparator(String)
        /// A field, a value, or `and`, `or` and `not`.
        case word(FieldPattern, isQuoted: Bool)
    }

    var kind: Kind
    /// The character that it begins at, from 1 on.
    var column: Int
}

/// Cuts an expression into its pieces.
struct FieldTokens {
    private let text: [Character]
    private var position = 0

    private init(_ text: String) { self.text = Array(text) }

    static func of(_ text: String) throws(FieldExpressionError) -> [FieldToken] {
        var reader = FieldTokens(text)
        var tokens: [FieldToken] = []
        while let token = try reader.next(behind: tokens.last) { tokens.append(token) }
        return tokens
    }

    private mutating func next(behind last: FieldToken?) throws(FieldExpressionError) -> FieldToken? {
        while position < text.count, text[position].isWhitespace { position += 1 }
        guard position < text.count else { return nil }
        let column = position + 1
        switch text[position] {
        case "(":
            position += 1
            return FieldToken(kind: .open, column: column)
        case ")":
            position += 1
            return FieldToken(kind: .close, column: column)
        default: break
        }
        // Behind a comparison sign everything is a value: it may begin with such a sign itself.
        if case .comparator? = last?.kind { return FieldToken(kind: try word(endsAtSign: false), column: column) }
        if let sign = sign() {
            position += sign.count
            return FieldToken(kind: .comparator(sign), column: column)
        }
        return FieldToken(kind: try word(endsAtSign: true), column: column)
    }

    private func sign() -> String? {
        let rest = String(text[position..<min(position + 2, text.count)])
        return ["!=", "!~", ">=", "<=", "=", "~", ">", "<"].first { rest.hasPrefix($0) }
    }

    private mutating func word(endsAtSign: Bool) throws(FieldExpressionError) -> FieldToken.Kind {
        let start = position
        var quote: Character?
        if text[position] == "\"" || text[position] == "'" {
            quote = text[position]
            position += 1
        }
        var pieces = [""]
        while position < text.count {
            let character = text[position]
            if let quote {
                if character == quote {
                    position += 1
                    return .word(FieldPattern(pieces: pieces), isQuoted: true)
                }
            } else if character.isWhitespace || character == "(" || character == ")" || endsAtSign && sign() != nil {
                break
            }
            position += 1
            switch character {
            case "\\":
                guard position < text.count else {
                    throw FieldExpressionError(message: "nothing stands behind the backslash", column: position)
                }
                pieces[pieces.count - 1].append(text[position])
                position += 1
            case "*": pieces.append("")
            case "\0":
                throw FieldExpressionError(message: "NUL can not be asked for", column: position)
            default: pieces[pieces.count - 1].append(character)
            }
        }
        guard quote == nil else {
            throw FieldExpressionError(message: "the quotation that begins here has no end", column: start + 1)
        }
        return .word(FieldPattern(pieces: pieces), isQuoted: false)
    }
}
