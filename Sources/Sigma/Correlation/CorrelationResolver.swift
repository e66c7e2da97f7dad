/// Finds what correlations name, and an order in which each comes after those it builds on.
struct CorrelationResolver {
    /// What a correlation names: by index.
    enum Member: Sendable, Hashable {
        case rule(Int)
        case correlation(Int)
    }

    /// Each correlation hands on what those above it ask for; without a bound, a chain of n asks for n squared.
    static let fieldLimit = 64

    private let correlations: [Correlation]
    /// For each correlation, what it names, in its order; empty where something cannot be found.
    private(set) var members: [[Member]] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var names: [String: Set<Member>] = [:]

    private let limits: CorrelationLimits

    init(_ correlations: [Correlation], _ rules: [Rule], _ limits: CorrelationLimits) {
        self.correlations = correlations
        self.limits = limits
        for (index, rule) in rules.enumerated() { add(.rule(index), rule.id, rule.name) }
        for (index, correlation) in correlations.enumerated() {
            add(.correlation(index), correlation.id, correlation.name)
        }
    }

    private mutating func add(_ member: Member, _ names: String?...) {
        for case let name? in names { self.names[name, default: []].insert(member) }
    }

    /// The correlations that can be used, those that others build on first.
    mutating func resolve() -> [Int] {
        var isOut = [Bool](repeating: false, count: correlations.count)
        for index in correlations.indices {
            let found = correlations[index].rules.map { member($0) }
            isOut[index] =
                found.contains(nil) || repeats(found, in: correlations[index]) || isBeyondLimits(correlations[index])
            members.append(isOut[index] ? [] : found.compactMap { $0 })
        }
        spread(&isOut, from: correlations.indices.filter { isOut[$0] })
        var order = sorted { !isOut[$0] }
        let placed = Set(order)
        let left = correlations.indices.filter { !isOut[$0] && !placed.contains($0) }
        let circle = circle(in: Set(left))
        for index in circle { refuseCircle(index, circle) }
        let wide = wide(in: order)
        for index in wide { refuseWide(index) }
        for index in circle.union(wide) { isOut[index] = true }
        spread(&isOut, from: circle.union(wide).sorted())
        order.removeAll { isOut[$0] }
        return order
    }

    /// Those that read more fields than ``fieldLimit`` of each match, for themselves and for those above them.
    private func wide(in order: [Int]) -> Set<Int> {
        var asked = [Set<String>](repeating: [], count: correlations.count)
        var wide: Set<Int> = []
        for index in order.reversed() {
            let correlation = correlations[index]
            let read = asked[index].union(correlation.groupBy).union(correlation.fields)
            guard read.count <= Self.fieldLimit else {
                wide.insert(index)
                continue
            }
            for case (let reference, .correlation(let other)) in zip(correlation.rules, members[index])
            where asked[other].count <= Self.fieldLimit {
                asked[other].formUnion(read.map { correlation.aliases[$0]?[reference.name] ?? $0 })
            }
        }
        return wide
    }

    private mutating func refuseWide(_ index: Int) {
        diagnostics.append(
            Diagnostic(
                .error,
                "more than \(Self.fieldLimit) fields are read of each match, "
                    + "with those that correlations above this one group by",
                at: correlations[index].place
            )
        )
    }

    private mutating func member(_ reference: Correlation.Reference) -> Member? {
        let found = names[reference.name] ?? []
        if found.count == 1 { return found.first }
        diagnostics.append(
            found.isEmpty
                ? Diagnostic(
                    .error,
                    "there is no rule '\(reference.name)'",
                    at: reference.place,
                    hint: "the 'id' or 'name' of a rule or correlation that is loaded too"
                )
                : Diagnostic(
                    .error,
                    "'\(reference.name)' names \(found.count) rules",
                    at: reference.place,
                    hint: "an id and a name are for one rule"
                )
        )
        return nil
    }

    /// Whether one rule is named by its id and by its name: it would be counted twice.
    private mutating func repeats(_ members: [Member?], in correlation: Correlation) -> Bool {
        var seen: Set<Member?> = []
        guard let index = members.firstIndex(where: { !seen.insert($0).inserted }) else { return false }
        let reference = correlation.rules[index]
        diagnostics.append(
            Diagnostic(.error, "'\(reference.name)' is named before, in another way", at: reference.place)
        )
        return true
    }

    /// Whether the condition needs more events than are kept of a group.
    private mutating func isBeyondLimits(_ correlation: Correlation) -> Bool {
        guard correlation.kind == .eventCount || correlation.kind == .valueCount else { return false }
        // `gt: 5` is 'at least 6': these kinds count in whole numbers.
        let least = correlation.bounds.map { bound -> Double in
            switch bound.relation {
            case .gt: bound.number + 1
            case .gte, .eq: bound.number
            case .lt, .lte, .neq: 0
            }
        }.max()
        guard let least, least > Double(limits.eventsPerGroup) else { return false }
        diagnostics.append(
            Diagnostic(
                .error,
                "the condition needs more events than the \(limits.eventsPerGroup) that are kept of a group",
                at: correlation.place
            )
        )
        return true
    }

    /// For each correlation, those that name it.
    private var parents: [[Int]] {
        var parents = [[Int]](repeating: [], count: correlations.count)
        for (index, list) in members.enumerated() {
            for case .correlation(let other) in list { parents[other].append(index) }
        }
        return parents
    }

    /// Takes out what builds on correlations that are out, and says so.
    private mutating func spread(_ isOut: inout [Bool], from start: [Int]) {
        let parents = parents
        var rest = start
        while let next = rest.popLast() {
            for parent in parents[next] where !isOut[parent] {
                isOut[parent] = true
                rest.append(parent)
                guard let place = members[parent].firstIndex(of: .correlation(next)) else { continue }
                let reference = correlations[parent].rules[place]
                diagnostics.append(
                    Diagnostic(.error, "the correlation '\(reference.name)' cannot be used", at: reference.place)
                )
            }
        }
    }

    /// An order of those that `isUsed` holds for; leaves out what goes in a circle, or builds on such.
    private func sorted(_ isUsed: (Int) -> Bool) -> [Int] {
        let parents = parents
        var missing = members.map { list in list.count { if case .correlation = $0 { true } else { false } } }
        var order = correlations.indices.filter { isUsed($0) && missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for parent in parents[order[next]] where isUsed(parent) {
                missing[parent] -= 1
                if missing[parent] == 0 { order.append(parent) }
            }
            next += 1
        }
        return order
    }

    /// Those of `left` that some of `left` build on, over and over.
    private func circle(in left: Set<Int>) -> Set<Int> {
        var circle = left
        var uses = [Int](repeating: 0, count: correlations.count)
        func below(_ index: Int) -> [Int] {
            members[index].compactMap { if case .correlation(let other) = $0 { other } else { nil } }
        }
        for index in left { for other in below(index) { uses[other] += 1 } }
        var rest = left.filter { uses[$0] == 0 }
        while let next = rest.popFirst() {
            circle.remove(next)
            for other in below(next) where circle.contains(other) {
                uses[other] -= 1
                if uses[other] == 0 { rest.insert(other) }
            }
        }
        return circle
    }

    private mutating func refuseCircle(_ index: Int, _ circle: Set<Int>) {
        var path: [String] = []
        var at = index
        var place: Place?
        // A short one is told whole, a long one by its start.
        repeat {
            let next = members[at].enumerated().first {
                if case .correlation(let other) = $0.element { circle.contains(other) } else { false }
            }
            guard let next, case .correlation(let other) = next.element else { break }
            let reference = correlations[at].rules[next.offset]
            place = place ?? reference.place
            path.append(reference.name)
            at = other
        } while at != index && path.count < 8
        diagnostics.append(
            Diagnostic(
                .error,
                "the correlation builds on itself: " + path.joined(separator: " → ") + (at == index ? "" : " → …"),
                at: place ?? correlations[index].place
            )
        )
    }
}
