/// Reads a template's text: what stands between `{{` and `}}`, and blocks from `if` or `range` to `end`.
struct ChartTemplateParser {
    private typealias Part = ChartTemplate.Part

    /// A block that is not closed yet.
    private struct Block {
        /// Nil for the template itself.
        var opening: Opening?
        var parts: [Part] = []
        /// What came before `else`.
        var before: [Part]?
    }

    private struct Opening {
        var word: Substring
        var expression: ChartExpression
        var place: String
    }

    /// How deep blocks may stand in each other.
    private static let depthLimit = 16

    private let name: String
    private var line = 1
    private var blocks = [Block(opening: nil)]

    private init(name: String) { self.name = name }

    /// - Parameter name: the file, for errors.
    static func parse(_ text: String, name: String) throws(ChartError) -> ChartTemplate {
        var parser = ChartTemplateParser(name: name)
        return ChartTemplate(parts: try parser.parse(text))
    }

    private var place: String { "\(name):\(line)" }

    private mutating func parse(_ text: String) throws(ChartError) -> [Part] {
        var rest = text[...]
        var trims = false
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw ChartError(place, "'{{' is not closed")
            }
            var action = rest[open.upperBound..<close.lowerBound]
            // `{{-` and `-}}` take away all white space on their side.
            let trimsBefore = action.hasPrefix("- ")
            append(rest[..<open.lowerBound], trimsStart: trims, trimsEnd: trimsBefore)
            trims = action.hasSuffix(" -")
            if trimsBefore { action = action.dropFirst() }
            if trims { action = action.dropLast() }
            try take(action)
            line += action.count { $0.isNewline }
            rest = rest[close.upperBound...]
        }
        append(rest, trimsStart: trims, trimsEnd: false)
        guard blocks.count == 1 else { throw ChartError(place, "a block is not closed with '{{ end }}'") }
        return blocks[0].parts
    }

    private mutating func append(_ text: Substring, trimsStart: Bool, trimsEnd: Bool) {
        line += text.count { $0.isNewline }
        var text = text
        if trimsStart { text = text.drop { $0.isWhitespace } }
        if trimsEnd { while text.last?.isWhitespace == true { text.removeLast() } }
        if !text.isEmpty { add(.text(String(text))) }
    }

    private mutating func add(_ part: Part) { blocks[blocks.count - 1].parts.append(part) }

    private mutating func take(_ action: Substring) throws(ChartError) {
        let text = action.drop { $0.isWhitespace }
        let word = text.prefix { $0.isLetter }
        switch word {
        case "if", "range":
            guard blocks.count <= Self.depthLimit else { throw ChartError(place, "blocks are nested too deep") }
            let expression = try ChartExpressionParser.parse(text.dropFirst(word.count), place: place)
            blocks.append(Block(opening: Opening(word: word, expression: expression, place: place)))
        case "else":
            let last = blocks.count - 1
            guard blocks[last].opening?.word == "if", blocks[last].before == nil,
                text.dropFirst(word.count).allSatisfy(\.isWhitespace)
            else { throw ChartError(place, "'else' stands alone, once, in an 'if'") }
            blocks[last].before = blocks[last].parts
            blocks[last].parts = []
        case "end": try close()
        default: add(.value(try ChartExpressionParser.parse(text, place: place), place: place))
        }
    }

    private mutating func close() throws(ChartError) {
        guard let block = blocks.popLast(), let opening = block.opening else {
            throw ChartError(place, "'end' closes nothing")
        }
        if opening.word == "range" {
            add(.loop(opening.expression, place: opening.place, body: block.parts))
        } else if let before = block.before {
            add(.condition(opening.expression, place: opening.place, then: before, otherwise: block.parts))
        } else {
            add(.condition(opening.expression, place: opening.place, then: block.parts, otherwise: []))
        }
    }
}
