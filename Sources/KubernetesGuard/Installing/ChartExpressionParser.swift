/// Reads what stands between the braces of a template.
struct ChartExpressionParser {
    /// How deep parentheses may stand in each other.
    private static let depthLimit = 8

    private var rest: Substring
    private var depth = 0
    private let place: String

    private init(_ text: Substring, place: String) {
        rest = text
        self.place = place
    }

    /// - Throws: for what the chart has no need of.
    static func parse(_ text: Substring, place: String) throws(ChartError) -> ChartExpression {
        var parser = ChartExpressionParser(text, place: place)
        let expression = try parser.pipeline()
        guard parser.rest.isEmpty else { throw parser.error("'\(parser.rest)' is not understood") }
        return expression
    }

    private mutating func pipeline() throws(ChartError) -> ChartExpression {
        var expression = try call(with: nil)
        while skip("|") { expression = try call(with: expression) }
        return expression
    }

    /// A function and its arguments, of which what came through the pipe is the last; or a value alone.
    private mutating func call(with last: ChartExpression?) throws(ChartError) -> ChartExpression {
        skipSpaces()
        let word = rest.prefix { $0.isLetter }
        guard !word.isEmpty else {
            guard last == nil else { throw error("after '|' stands a function") }
            guard let value = try operand() else { throw error("a value is missing") }
            return value
        }
        guard let function = ChartExpression.Function(rawValue: String(word)) else {
            throw error("the function '\(word)' is not known")
        }
        rest = rest.dropFirst(word.count)
        var arguments: [ChartExpression] = []
        while let argument = try operand() { arguments.append(argument) }
        if let last { arguments.append(last) }
        return .call(function, arguments)
    }

    private mutating func operand() throws(ChartError) -> ChartExpression? {
        skipSpaces()
        switch rest.first {
        case "(":
            rest.removeFirst()
            depth += 1
            guard depth <= Self.depthLimit else { throw error("an expression is nested too deep") }
            let inner = try pipeline()
            depth -= 1
            guard skip(")") else { throw error("a ')' is missing") }
            return inner
        case "\"":
            let text = rest.dropFirst().prefix { $0 != "\"" }
            guard !text.contains("\\"), rest.dropFirst(text.count + 1).first == "\"" else {
                throw error("a text has neither escapes nor an open end")
            }
            rest = rest.dropFirst(text.count + 2)
            return .literal(.text(String(text)))
        case "$":
            rest.removeFirst()
            return .root(path())
        case ".": return .dot(path())
        case let first? where first.isNumber:
            let digits = rest.prefix { $0.isNumber }
            guard let number = Int64(digits) else { throw error("'\(digits)' is no number") }
            rest = rest.dropFirst(digits.count)
            return .literal(.integer(number))
        default: return nil
        }
    }

    /// `.a.b`; empty for a dot alone.
    private mutating func path() -> [String] {
        let text = rest.prefix { $0 == "." || $0.isLetter || $0.isNumber }
        rest = rest.dropFirst(text.count)
        return text.split(separator: ".").map(String.init)
    }

    private mutating func skip(_ mark: Character) -> Bool {
        skipSpaces()
        guard rest.first == mark else { return false }
        rest.removeFirst()
        skipSpaces()
        return true
    }

    private mutating func skipSpaces() { rest = rest.drop { $0.isWhitespace } }

    private func error(_ message: String) -> ChartError { ChartError(place, message) }
}
