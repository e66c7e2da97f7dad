/// Puts the searches in the place of their names.
struct ConditionResolver {
    let program: Program
    let text: String

    func formula(_ condition: Condition) throws(ConditionError) -> Formula {
        switch condition {
        case .selection(let name):
            guard let index = program.selections.firstIndex(where: { $0.name == name }) else {
                throw ConditionError(
                    message: "the search '\(name)' is not defined",
                    offset: offset(of: name),
                    hint: "defined are " + program.selections.map(\.name).joined(separator: ", ")
                )
            }
            return .selection(index)
        case .not(let part): return .not(try formula(part))
        case .and(let parts): return .and(try formulas(parts))
        case .or(let parts): return .or(try formulas(parts))
        case .quantified(let count, let names): return try quantified(count, names)
        }
    }

    private func formulas(_ parts: [Condition]) throws(ConditionError) -> [Formula] {
        var formulas: [Formula] = []
        for part in parts { formulas.append(try formula(part)) }
        return formulas
    }

    private func quantified(_ count: Condition.Count, _ names: Condition.Names) throws(ConditionError) -> Formula {
        let indices = program.selections.indices.filter { index in
            let name = program.selections[index].name
            return switch names {
            case .them: !name.hasPrefix("_")
            case .pattern(let pattern): NamePattern.matches(pattern, name)
            }
        }
        let wanted =
            switch names {
            case .them: "them"
            case .pattern(let pattern): pattern
            }
        guard !indices.isEmpty else {
            // An empty "all of" would be true of every event; nobody means that.
            throw ConditionError(
                message: "'of \(wanted)' names no search",
                offset: offset(of: wanted),
                hint: "defined are " + program.selections.map(\.name).joined(separator: ", ")
            )
        }
        let parts = indices.map { Formula.selection($0) }
        switch count {
        case .all: return .and(parts)
        case .atLeast(1): return .or(parts)
        case .atLeast(let number):
            guard number <= parts.count else {
                throw ConditionError(
                    message: "'\(number) of \(wanted)' can never be true: there are \(parts.count) such searches",
                    offset: offset(of: wanted)
                )
            }
            return .atLeast(number, parts)
        }
    }

    private func offset(of name: String) -> Int {
        let needle = Array(name.unicodeScalars)
        let tokens = (try? ConditionLexer.tokens(of: text)) ?? []
        return tokens.first { Array($0.text.unicodeScalars) == needle }?.offset ?? 0
    }
}
