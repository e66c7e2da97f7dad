/// Reads a condition: `or` binds less than `and`, that less than `not`, that less than `1 of …` and parentheses.
struct ConditionParser {
    /// How deep parentheses and negations may stand in each other.
    static let depthLimit = 128

    private var tokens: [ConditionToken]
    private var position = 0
    private let end: Int

    /// Reads one condition.
    static func parse(_ text: String) throws(ConditionError) -> Condition {
        let tokens = try ConditionLexer.tokens(of: text)
        guard !tokens.isEmpty else { throw ConditionError(message: "the condition is empty", offset: 0) }
        var parser = ConditionParser(tokens: tokens, end: text.unicodeScalars.count)
        let condition = try parser.disjunction(depth: 0)
        if let rest = parser.current {
            if rest.kind == .pipe {
                throw ConditionError(
                    message: "aggregations after '|' are no part of the Sigma 2 language",
                    offset: rest.offset,
                    hint: "write a correlation rule instead"
                )
            }
            throw ConditionError(
                message: "'\(rest.text)' was not expected here",
                offset: rest.offset,
                hint: "join searches with 'and' or 'or'"
            )
        }
        return condition
    }

    private init(tokens: [ConditionToken], end: Int) {
        self.tokens = tokens
        self.end = end
    }

    private var current: ConditionToken? { position < tokens.count ? tokens[position] : nil }

    private mutating func takes(_ kind: ConditionToken.Kind) -> Bool {
        guard current?.kind == kind else { return false }
        position += 1
        return true
    }

    private mutating func disjunction(depth: Int) throws(ConditionError) -> Condition {
        var parts = [try conjunction(depth: depth)]
        while takes(.or) { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction(depth: Int) throws(ConditionError) -> Condition {
        var parts = [try negation(depth: depth)]
        while takes(.and) { parts.append(try negation(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func negation(depth: Int) throws(ConditionError) -> Condition {
        guard depth < Self.depthLimit else {
            throw ConditionError(
                message: "the condition is nested deeper than \(Self.depthLimit) levels",
                offset: current?.offset ?? end
            )
        }
        if takes(.not) { return .not(try negation(depth: depth + 1)) }
        return try term(depth: depth)
    }

    private mutating func term(depth: Int) throws(ConditionError) -> Condition {
        guard let token = current else {
            throw ConditionError(message: "the condition ends where a search was expected", offset: end)
        }
        position += 1
        switch token.kind {
        case .open:
            let inner = try disjunction(depth: depth + 1)
            guard takes(.close) else {
                throw ConditionError(
                    message: "')' is missing",
                    offset: current?.offset ?? end,
                    hint: "the parenthesis at character \(token.offset + 1) is never closed"
                )
            }
            return inner
        case .count(let count):
            if current?.kind == .of { return try quantified(.atLeast(count), token) }
            return .selection(token.text)
        case .all:
            if current?.kind == .of { return try quantified(.all, token) }
            return .selection(token.text)
        case .word(let name):
            guard !name.contains("*") else {
                throw ConditionError(
                    message: "the pattern '\(name)' needs '1 of' or 'all of' before it",
                    offset: token.offset
                )
            }
            return .selection(name)
        case .close, .and, .or, .not, .of, .them, .pipe:
            throw ConditionError(
                message: "'\(token.text)' stands where a search was expected",
                offset: token.offset
            )
        }
    }

    private mutating func quantified(
        _ count: Condition.Count,
        _ token: ConditionToken
    ) throws(ConditionError) -> Condition {
        position += 1
        guard let names = current else {
            throw ConditionError(message: "'of' needs 'them' or a pattern after it", offset: end)
        }
        if case .atLeast(let number) = count, number < 1 {
            throw ConditionError(message: "'\(number) of' would always be true", offset: token.offset)
        }
        position += 1
        switch names.kind {
        case .them: return .quantified(count, .them)
        case .word(let pattern): return .quantified(count, .pattern(pattern))
        default:
            throw ConditionError(message: "'of' needs 'them' or a pattern after it", offset: names.offset)
        }
    }
}
