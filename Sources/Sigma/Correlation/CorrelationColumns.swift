/// Which fields each correlation reads of what it is told, and where in that they stand.
///
/// A chained correlation groups by its own fields, whatever those below it group by; so each of those hands on the
/// fields that the ones above ask for: a value of its group, or the value of the event that completed the match.
struct CorrelationColumns {
    /// For each correlation, the names that it reads.
    private(set) var columns: [[String]]
    /// For each correlation, member and column, the place in what the member tells.
    private(set) var sources: [[[Int]]]
    /// For each correlation, the columns that it tells its parents.
    private(set) var exports: [[Int]]
    /// For each rule, the fields of its events that are asked for.
    private(set) var ruleFields: [[String]]

    /// Asks from the top down.
    ///
    /// - Parameter correlations: those that others build on first.
    init(_ correlations: [Correlation], _ members: [[CorrelationResolver.Member]], ruleCount: Int) {
        columns = correlations.map { $0.groupBy + $0.fields }
        sources = members.map { $0.map { _ in [] } }
        exports = [[Int]](repeating: [], count: correlations.count)
        var rules = [NameList](repeating: NameList(), count: ruleCount)
        var asked = [NameList](repeating: NameList(), count: correlations.count)
        for index in correlations.indices.reversed() {
            let correlation = correlations[index]
            var places = Dictionary(columns[index].enumerated().map { ($1, $0) }) { first, _ in first }
            for name in asked[index].names {
                let place = places[name] ?? columns[index].count
                if place == columns[index].count {
                    columns[index].append(name)
                    places[name] = place
                }
                exports[index].append(place)
            }
            for (position, member) in members[index].enumerated() {
                let reference = correlation.rules[position].name
                sources[index][position] = columns[index].map { column in
                    let field = correlation.aliases[column]?[reference] ?? column
                    return switch member {
                    case .rule(let rule): rules[rule].place(of: field)
                    case .correlation(let other): asked[other].place(of: field)
                    }
                }
            }
        }
        ruleFields = rules.map(\.names)
    }

    /// Names in the order in which they were first asked for.
    private struct NameList {
        private(set) var names: [String] = []
        private var places: [String: Int] = [:]

        mutating func place(of name: String) -> Int {
            if let place = places[name] { return place }
            places[name] = names.count
            names.append(name)
            return names.count - 1
        }
    }
}
