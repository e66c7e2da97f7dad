/// A word or sign of a condition.
struct ConditionToken: Hashable {
    enum Kind: Hashable {
        case open, close, and, or, not, of
        case all, them
        case count(Int)
        case word(String)
        case pipe
    }

    var kind: Kind
    var text: String
    var offset: Int
}

/// Cuts a condition into words and signs.
enum ConditionLexer {
    /// The longest condition that is read, in characters.
    static let limit = 65_536

    static func tokens(of text: String) throws(ConditionError) -> [ConditionToken] {
        let characters = Array(text.unicodeScalars)
        guard characters.count <= limit else {
            throw ConditionError(message: "the condition is longer than \(limit) characters", offset: 0)
        }
        var tokens: [ConditionToken] = []
        var position = 0
        while position < characters.count {
            let character = characters[position]
            if character.properties.isWhitespace {
                position += 1
                continue
            }
            if let sign = sign(character) {
                tokens.append(ConditionToken(kind: sign, text: String(character), offset: position))
                position += 1
                // What follows is another language, that of Sigma 1's aggregations.
                if sign == .pipe { break }
                continue
            }
            let start = position
            while position < characters.count, isWordCharacter(characters[position]) { position += 1 }
            guard position > start else {
                throw ConditionError(message: "'\(character)' has no meaning in a condition", offset: start)
            }
            var word = ""
            word.unicodeScalars.append(contentsOf: characters[start..<position])
            tokens.append(ConditionToken(kind: kind(of: word), text: word, offset: start))
        }
        return tokens
    }

    private static func sign(_ character: Unicode.Scalar) -> ConditionToken.Kind? {
        switch character {
        case "(": .open
        case ")": .close
        case "|": .pipe
        default: nil
        }
    }

    // Search identifiers are free-form YAML keys; these are the characters that rules in the wild use in them.
    private static func isWordCharacter(_ character: Unicode.Scalar) -> Bool {
        if character.properties.isAlphabetic || character.properties.numericType != nil { return true }
        return switch character {
        case "_", "*", "-", ".", "?", "$", "#", "@", ":", "/": true
        default: false
        }
    }

    private static func kind(of word: String) -> ConditionToken.Kind {
        // pySigma and the specification's examples write operators in lower case, older rules also in upper case.
        switch word.lowercased() {
        case "and": return .and
        case "or": return .or
        case "not": return .not
        case "of": return .of
        case "all": return .all
        case "them": return .them
        case "any": return .count(1)
        default:
            if let count = Int(word), count >= 0 { return .count(count) }
            return .word(word)
        }
    }
}
