/// The condition of a correlation: bounds on a figure, and of what the figure is made.
struct CorrelationCondition {
    var bounds: [Correlation.Bound] = []
    var fields: [String] = []
    var percentile: Double?

    private static let keys = Correlation.Bound.Relation.allCases.map(\.rawValue) + ["field", "percentile"]

    /// Reads `condition`, or says what a correlation of that kind lacks without it.
    mutating func read(
        _ member: Attribute.Member?,
        _ kind: Correlation.Kind,
        _ rules: Int,
        _ place: Place,
        _ reading: inout DocumentReading
    ) {
        guard let member else {
            if !kind.isTemporal { lack("a condition such as 'gte: 5'", kind, place, &reading) }
            return
        }
        guard case .map(let members) = member.value.content else {
            reading.error("'condition' must be a map", member.value.place, hint: "such as 'gte: 5'")
            return
        }
        for part in members {
            switch part.key {
            case "field": fields = names(part, kind, &reading)
            case "percentile": percentile = percentile(part, kind, &reading)
            default:
                if let relation = Correlation.Bound.Relation(rawValue: part.key) {
                    if let number = number(part, kind, &reading) {
                        bounds.append(.init(relation: relation, number: number))
                    }
                } else {
                    reading.unknown(part, Self.keys)
                }
            }
        }
        if reading.failed { return }
        if bounds.isEmpty { lack("a bound such as 'gte: 5' in its condition", kind, member.place, &reading) }
        if kind.readsField, fields.isEmpty { lack("a 'field' in its condition", kind, member.place, &reading) }
        check(kind, rules, member.place, &reading)
    }

    private func lack(_ what: String, _ kind: Correlation.Kind, _ place: Place, _ reading: inout DocumentReading) {
        reading.error("a correlation of type \(kind.rawValue) needs \(what)", place)
    }

    private func number(
        _ member: Attribute.Member,
        _ kind: Correlation.Kind,
        _ reading: inout DocumentReading
    ) -> Double? {
        let number: Double? =
            switch member.value.content {
            case .integer(let integer): Double(integer)
            case .number(let number) where number.isFinite: number
            default: nil
            }
        guard let number else {
            reading.error("'\(member.key)' needs a number", member.value.place)
            return nil
        }
        if kind.isCount, number != number.rounded() {
            reading.error("\(kind.rawValue) counts, so '\(member.key)' needs a whole number", member.value.place)
            return nil
        }
        return number
    }

    private func names(
        _ member: Attribute.Member,
        _ kind: Correlation.Kind,
        _ reading: inout DocumentReading
    ) -> [String] {
        let names = reading.texts(member)
        guard kind.readsField else {
            reading.warning("a correlation of type \(kind.rawValue) reads no 'field'", member.place)
            return []
        }
        if names.isEmpty { reading.error("'field' names no field", member.place) }
        if names.count > 1, kind != .valueCount {
            reading.error(
                "a correlation of type \(kind.rawValue) reads one field",
                member.value.place,
                hint: "only value_count takes several, and counts their values together"
            )
        }
        if names.count > 8 { reading.error("more than 8 fields", member.value.place) }
        return names
    }

    private func percentile(
        _ member: Attribute.Member,
        _ kind: Correlation.Kind,
        _ reading: inout DocumentReading
    ) -> Double? {
        guard kind == .valuePercentile else {
            reading.error("'percentile' is for correlations of type value_percentile", member.place)
            return nil
        }
        switch member.value.content {
        case .integer(let integer) where 0...100 ~= integer: return Double(integer)
        case .number(let number) where 0...100 ~= number: return number
        default:
            reading.error("'\(member.value.spelling)' is no percentile", member.value.place, hint: "from 0 to 100")
            return nil
        }
    }

    /// Says of bounds that no figure fits, and of those that the first event fits.
    private func check(
        _ kind: Correlation.Kind,
        _ rules: Int,
        _ place: Place,
        _ reading: inout DocumentReading
    ) {
        guard !bounds.isEmpty else { return }
        var (low, high) = (-Double.infinity, Double.infinity)
        let isShare = kind == .valuePercentile && percentile == nil
        if kind.isCount { low = 1 }
        if kind.isTemporal { high = Double(rules) }
        if isShare { (low, high) = (0, 100) }
        // Between whole numbers there is nothing to count, and `gt: 5` is 'at least 6'.
        let step = kind.isCount ? 1.0 : 0
        var isEmpty = false
        for bound in bounds {
            switch bound.relation {
            case .gt:
                low = max(low, bound.number + step)
                if step == 0, bound.number >= high { isEmpty = true }
            case .gte: low = max(low, bound.number)
            case .lt:
                high = min(high, bound.number - step)
                if step == 0, bound.number <= low { isEmpty = true }
            case .lte: high = min(high, bound.number)
            case .eq: (low, high) = (max(low, bound.number), min(high, bound.number))
            case .neq: break
            }
        }
        if isEmpty || low > high || (low == high && !bounds.allSatisfy { $0.holds(low) }) {
            reading.error("no \(kind.rawValue) can fulfil the condition", place)
        } else if kind.isCount || isShare, bounds.allSatisfy({ $0.holds(kind.isCount ? 1 : 100) }) {
            reading.warning(
                "the first event already fulfils the condition, so every group matches",
                place,
                hint: "a window ends with an event, so 'lt' and its like are judged before later ones come"
            )
        }
    }
}
