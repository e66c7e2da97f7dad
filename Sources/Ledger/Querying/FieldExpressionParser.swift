internal import Deployments

extension FieldExpression {
    /// The longest text that is read, in bytes, the most comparisons in it, and how deep parentheses and `not` may stand.
    package static let maximumBytes = 8_192
    package static let maximumComparisons = 64
    package static let maximumDepth = 32

    /// Reads an expression.
    ///
    /// `field=value`, `!=`, `~` (contains, whatever the case), `!~`, and `>`, `>=`, `<`, `<=` of numbers, times and levels,
    /// joined by `and`, `or`, `not` and parentheses; `and` binds closer than `or`. `*` in a value stands for anything,
    /// `field=*` for any value. A value with spaces stands in quotation marks; a backslash takes the next character as it
    /// is.
    ///
    /// - Throws: ``FieldExpressionError``, with the column of what is wrong.
    package init(parsing text: String) throws(FieldExpressionError) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw FieldExpressionError(message: "the expression is longer than \(Self.maximumBytes) bytes", column: 1)
        }
        var parser = FieldExpressionParser(tokens: try FieldTokens.of(text), end: text.count + 1)
        self = try parser.whole()
    }
}

/// Reads an expression's tokens by recursive descent, of bounded depth.
private struct FieldExpressionParser {
    let tokens: [FieldToken]
    /// The column behind the text.
    let end: Int
    private var position = 0
    private var depth = 0
    private var comparisons = 0

    init(tokens: [FieldToken], end: Int) {
        self.tokens = tokens
        self.end = end
    }

    private var token: FieldToken? { position < tokens.count ? tokens[position] : nil }

    mutating func whole() throws(FieldExpressionError) -> FieldExpression {
        let expression = try alternatives()
        guard let token else { return expression }
        throw error(token.kind == .close ? "nothing was opened here" : "write and, or, or nothing here", at: token)
    }

    private mutating func alternatives() throws(FieldExpressionError) -> FieldExpression {
        var expression = try conjunction()
        while takes(keyword: "or") { expression = .or(expression, try conjunction()) }
        return expression
    }

    private mutating func conjunction() throws(FieldExpressionError) -> FieldExpression {
        var expression = try factor()
        while takes(keyword: "and") { expression = .and(expression, try factor()) }
        return expression
    }

    private mutating func factor() throws(FieldExpressionError) -> FieldExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= FieldExpression.maximumDepth else {
            throw error("this is nested deeper than \(FieldExpression.maximumDepth)", at: token)
        }
        if takes(keyword: "not") { return .not(try factor()) }
        guard let token, token.kind == .open else { return try comparison() }
        position += 1
        let expression = try alternatives()
        guard self.token?.kind == .close else {
            throw error("the parenthesis that opens here is not closed", at: token)
        }
        position += 1
        return expression
    }

    private mutating func comparison() throws(FieldExpressionError) -> FieldExpression {
        comparisons += 1
        guard comparisons <= FieldExpression.maximumComparisons else {
            throw error("there are more than \(FieldExpression.maximumComparisons) comparisons", at: token)
        }
        guard let name = token, case .word(let pattern, _) = name.kind else {
            throw error("a field is missing, as in user.name=alice", at: token)
        }
        let field = pattern.pieces[0]
        guard !pattern.hasWildcard, ECSPath.of(field) != nil else {
            throw error("this is no name of a field; write one as in user.name=alice", at: name)
        }
        position += 1
        guard let sign = token, case .comparator(let comparator) = sign.kind else {
            throw error("write =, !=, ~, !~, >, >=, < or <= behind the field \(field)", at: token)
        }
        position += 1
        guard let written = token, case .word(let value, _) = written.kind else {
            throw error("a value is missing; a value with spaces or parentheses stands in quotation marks", at: token)
        }
        position += 1
        let isNegated = comparator.hasPrefix("!")
        let test = try test(field, comparator, value, at: written)
        let comparison = FieldExpression.comparison(FieldComparison(field: field, test: test))
        return isNegated ? .not(comparison) : comparison
    }

    private func test(
        _ field: String,
        _ comparator: String,
        _ value: FieldPattern,
        at token: FieldToken
    ) throws(FieldExpressionError) -> FieldComparison.Test {
        guard let order = FieldComparison.Order(rawValue: comparator) else {
            return comparator.hasSuffix("~") ? .contains(value) : .equals(value)
        }
        let text = value.pieces[0]
        guard !value.hasWildcard else { throw error("\(comparator) takes no wildcard", at: token) }
        if field == "rule.level" {
            guard let level = FindingLevel.allCases.first(where: { $0.name == text }) else {
                let names = FindingLevel.allCases.map(\.name).joined(separator: ", ")
                throw error("this is no level; they are \(names)", at: token)
            }
            return .ordered(order, .level(level))
        }
        if let number = Double(text), number.isFinite { return .ordered(order, .number(number)) }
        guard let time = Timestamp(rfc3339: text.utf8) ?? Timestamp(rfc3339: "\(text)T00:00:00Z".utf8) else {
            throw error(
                "\(comparator) compares numbers and times, as in 2026-11-24T15:00:00Z, and this is neither",
                at: token
            )
        }
        return .ordered(order, .time(time))
    }

    private mutating func takes(keyword: String) -> Bool {
        guard case .word(let word, isQuoted: false)? = token?.kind, !word.hasWildcard,
            word.pieces[0].lowercased() == keyword
        else { return false }
        position += 1
        return true
    }

    private func error(_ message: String, at token: FieldToken?) -> FieldExpressionError {
        FieldExpressionError(message: message, column: token?.column ?? end)
    }
}
