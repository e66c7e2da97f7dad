extension Rule {
    /// Whether the rule can still match an event that shows none of the fields for which `isHidden` holds.
    ///
    /// For telling people which rules a log leaves blind. A search that asks for absence counts as met.
    public func canMatch(without isHidden: (String) -> Bool) -> Bool {
        program.canMatch(without: isHidden)
    }
}

extension Program {
    fileprivate func canMatch(without isHidden: (String) -> Bool) -> Bool {
        conditions.contains { canHold($0, isHidden) }
    }

    private func canHold(_ formula: Formula, _ isHidden: (String) -> Bool) -> Bool {
        switch formula {
        case .constant(let value): value
        case .predicate(let predicate): predicate.canHold(isHidden)
        case .selection(let index): canHold(selections[index].formula, isHidden)
        // What is negated is mostly an exception; hidden fields can only make it miss.
        case .not: true
        case .and(let parts): parts.allSatisfy { canHold($0, isHidden) }
        case .or(let parts): parts.contains { canHold($0, isHidden) }
        case .atLeast(let count, let parts): parts.count { canHold($0, isHidden) } >= count
        case .elements(let field, let quantifier, _):
            !isHidden(field) || quantifier == .none || quantifier == .allOrEmpty
        }
    }
}

extension Predicate {
    fileprivate func canHold(_ isHidden: (String) -> Bool) -> Bool {
        guard let field, isHidden(field) else { return true }
        return test == .null
    }
}
