internal import Patterns

/// All that is asked of one field, arranged so that each of its values is looked at once.
struct FieldPlan: Sendable {
    /// The field; `nil` for every value of the event.
    let name: String?
    let table: TextTable
    let patterns: PatternSet?
    /// For each pattern of the set, the predicate's bit.
    let patternBits: [Int]
    let comparisons: [(comparison: Comparison, number: Number, bit: Int)]
    let networks: [(network: Network, bit: Int)]
    let times: [(part: TimePart, comparison: Comparison, value: Int, bit: Int)]
    /// The bits of the tests on presence, or -1.
    let existsBit: Int
    let nullBit: Int
    let anyValueBit: Int
    /// Whether the values are kept, to be compared with those of another field.
    let isCaptured: Bool

    /// Arranges the tests of one field.
    init(name: String?, tests: [(test: Test, bit: Int)]) throws(PatternError) {
        self.name = name
        var texts: [(text: [UInt8], cased: Bool, bit: Int)] = []
        var (patterns, patternBits) = ([Pattern](), [Int]())
        var comparisons: [(comparison: Comparison, number: Number, bit: Int)] = []
        var networks: [(network: Network, bit: Int)] = []
        var times: [(part: TimePart, comparison: Comparison, value: Int, bit: Int)] = []
        var (existsBit, nullBit, anyValueBit, isCaptured) = (-1, -1, -1, false)
        for (test, bit) in tests {
            switch test {
            case .exact(let text, let cased):
                if !cased, let folded = TextPatterns.folded([.bytes(text)]) {
                    patterns.append(folded)
                    patternBits.append(bit)
                } else {
                    texts.append((text, cased, bit))
                }
            case .wildcard(let parts, let cased):
                let folded = cased ? nil : TextPatterns.folded(parts)
                patterns.append(folded ?? TextPatterns.pattern(parts, cased: cased))
                patternBits.append(bit)
            case .regex(let expression, let options):
                patterns.append(TextPatterns.pattern(expression, options))
                patternBits.append(bit)
            case .anyValue: anyValueBit = bit
            case .null: nullBit = bit
            case .exists: existsBit = bit
            case .compare(let comparison, let number): comparisons.append((comparison, number, bit))
            case .network(let network): networks.append((network, bit))
            case .time(let part, let comparison, let value): times.append((part, comparison, value, bit))
            case .field: isCaptured = true
            }
        }
        table = TextTable(texts)
        (self.comparisons, self.networks, self.times) = (comparisons, networks, times)
        (self.existsBit, self.nullBit, self.anyValueBit) = (existsBit, nullBit, anyValueBit)
        (self.isCaptured, self.patternBits) = (isCaptured, patternBits)
        do {
            self.patterns = patterns.isEmpty ? nil : try PatternSet(patterns)
        } catch {
            var error = error
            error.index = patternBits[error.index]
            throw error
        }
    }
}
