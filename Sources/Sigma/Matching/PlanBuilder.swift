internal import Patterns

/// Compiles programs into a ``Plan``.
struct PlanBuilder {
    private var plan = Plan()
    private var bits: [Predicate: Int] = [:]
    private var blockBits: [Formula: Int] = [:]
    private var slots: [String?: Int] = [:]
    private var tests: [[(test: Test, bit: Int)]] = []
    /// For each predicate, how often it can be expected to hold: triggers are chosen among the rare ones.
    private var weights: [Int] = []

    /// A rule's program and those of the filters joined to it.
    typealias Entry = (program: Program, filters: [Program])

    /// Compiles; leaves of each rule's own searches are handed to `leaf` for explanations.
    static func build(
        _ entries: [Entry],
        leaf: (_ rule: Int, Leaf) -> Void = { _, _ in }
    ) throws(PatternError) -> Plan {
        var builder = PlanBuilder()
        var triggers: [Set<Int>?] = []
        for (rule, entry) in entries.enumerated() {
            var (root, trigger) = try builder.compile(entry.program)
            for filter in entry.filters {
                let (node, own) = try builder.compile(filter)
                root = builder.add(.and, [root, node])
                trigger = builder.rarer(trigger, own)
            }
            builder.plan.roots.append(root)
            triggers.append(trigger)
            for selection in entry.program.selections {
                builder.leaves(selection.formula) { predicate in
                    leaf(rule, Leaf(selection: selection.name, predicate: predicate, bit: builder.bits[predicate] ?? 0))
                }
            }
        }
        for (slot, tests) in builder.tests.enumerated() {
            let name = builder.slots.first { $0.value == slot }?.key
            builder.plan.fields.append(try FieldPlan(name: name ?? nil, tests: tests))
        }
        builder.addTriggers(triggers)
        return builder.plan
    }

    // MARK: Formulas

    private enum Join { case and, or }

    private mutating func compile(_ program: Program) throws(PatternError) -> (node: Int, trigger: Set<Int>?) {
        var selections: [(node: Int, trigger: Set<Int>?)] = []
        for selection in program.selections { selections.append(try compile(selection.formula, [])) }
        var parts: [(node: Int, trigger: Set<Int>?)] = []
        for condition in program.conditions { parts.append(try compile(condition, selections)) }
        return parts.count == 1 ? parts[0] : (add(.or, parts.map(\.node)), union(parts.map(\.trigger)))
    }

    private mutating func compile(
        _ formula: Formula,
        _ selections: [(node: Int, trigger: Set<Int>?)]
    ) throws(PatternError) -> (node: Int, trigger: Set<Int>?) {
        switch formula {
        case .constant(let value):
            return (add(.constant(value)), value ? nil : [])
        case .predicate(let predicate):
            let bit = bit(of: predicate)
            return (add(.predicate(bit)), [bit])
        case .selection(let index): return selections[index]
        case .not(let part): return (add(.not(try compile(part, selections).node)), nil)
        case .and(let parts):
            let parts = try compile(parts, selections)
            var trigger: Set<Int>?
            for part in parts { trigger = rarer(trigger, part.trigger) }
            return (add(.and, parts.map(\.node)), trigger)
        case .or(let parts):
            let parts = try compile(parts, selections)
            return (add(.or, parts.map(\.node)), union(parts.map(\.trigger)))
        case .atLeast(let count, let parts):
            let parts = try compile(parts, selections)
            let range = add(children: parts.map(\.node))
            return (add(.atLeast(count, range)), union(parts.map(\.trigger)))
        case .elements(let field, let quantifier, let program):
            let bit = try block(formula, field, quantifier, program)
            return (add(.predicate(bit)), [bit])
        }
    }

    private mutating func compile(
        _ parts: [Formula],
        _ selections: [(node: Int, trigger: Set<Int>?)]
    ) throws(PatternError) -> [(node: Int, trigger: Set<Int>?)] {
        var compiled: [(node: Int, trigger: Set<Int>?)] = []
        for part in parts { compiled.append(try compile(part, selections)) }
        return compiled
    }

    private mutating func add(_ node: Plan.Node) -> Int {
        plan.nodes.append(node)
        return plan.nodes.count - 1
    }

    private mutating func add(_ join: Join, _ parts: [Int]) -> Int {
        let range = add(children: parts)
        return add(join == .and ? .and(range) : .or(range))
    }

    private mutating func add(children parts: [Int]) -> Range<Int> {
        let start = plan.children.count
        plan.children += parts
        return start..<plan.children.count
    }

    // MARK: Predicates

    private mutating func newBit(weight: Int) -> Int {
        weights.append(weight)
        plan.predicateCount += 1
        return plan.predicateCount - 1
    }

    private mutating func slot(of field: String?) -> Int {
        if let slot = slots[field] { return slot }
        let slot = tests.count
        slots[field] = slot
        tests.append([])
        if field == nil { plan.keywordSlot = slot }
        return slot
    }

    private mutating func bit(of predicate: Predicate) -> Int {
        if let bit = bits[predicate] { return bit }
        let bit = newBit(weight: predicate.test.weight)
        bits[predicate] = bit
        let slot = slot(of: predicate.field)
        tests[slot].append((predicate.test, bit))
        if case .field(let other, let relation, let isCased) = predicate.test {
            let right = self.slot(of: other)
            // A test without a bit of its own: it only says that the other field's values are kept.
            tests[right].append((predicate.test, -1))
            plan.references.append(
                Plan.Reference(left: slot, right: right, relation: relation, isCased: isCased, bit: bit)
            )
        }
        return bit
    }

    private mutating func block(
        _ formula: Formula,
        _ field: String,
        _ quantifier: Selection.Quantifier,
        _ program: Program
    ) throws(PatternError) -> Int {
        if let bit = blockBits[formula] { return bit }
        let bit = newBit(weight: 20)
        blockBits[formula] = bit
        let inner = try Self.build([(program, [])])
        plan.blocks.append(Plan.Block(field: field, quantifier: quantifier, plan: inner, bit: bit))
        return bit
    }

    private func leaves(_ formula: Formula, _ found: (Predicate) -> Void) {
        switch formula {
        case .predicate(let predicate): found(predicate)
        case .and(let parts), .or(let parts), .atLeast(_, let parts): for part in parts { leaves(part, found) }
        case .constant, .selection, .not, .elements: break
        }
    }

    // MARK: Triggers

    private func weight(_ trigger: Set<Int>) -> Int { trigger.reduce(0) { $0 + weights[$1] } }

    /// Of two sets of which one member each has to hold, the one that is expected to hold more rarely.
    private func rarer(_ left: Set<Int>?, _ right: Set<Int>?) -> Set<Int>? {
        guard let left else { return right }
        guard let right else { return left }
        return weight(right) < weight(left) ? right : left
    }

    private func union(_ triggers: [Set<Int>?]) -> Set<Int>? {
        var union: Set<Int> = []
        for trigger in triggers {
            guard let trigger else { return nil }
            union.formUnion(trigger)
        }
        return union
    }

    private mutating func addTriggers(_ triggers: [Set<Int>?]) {
        var rules = [[Int]](repeating: [], count: plan.predicateCount)
        plan.triggerMask = [UInt64](repeating: 0, count: plan.wordCount)
        for (rule, trigger) in triggers.enumerated() {
            guard let trigger else {
                plan.always.append(rule)
                continue
            }
            for bit in trigger {
                rules[bit].append(rule)
                plan.triggerMask[bit >> 6] |= 1 << UInt64(bit & 63)
            }
        }
        for list in rules {
            plan.triggerStarts.append(plan.triggered.count)
            plan.triggered += list
        }
        plan.triggerStarts.append(plan.triggered.count)
    }
}

/// A predicate of a rule's search, for explanations.
struct Leaf: Sendable {
    var selection: String
    var predicate: Predicate
    var bit: Int
}

extension Test {
    /// How often it can be expected to hold, roughly: presence is common, an exact text is rare.
    var weight: Int {
        switch self {
        case .exists, .null, .anyValue: 100
        case .compare, .time: 30
        case .field, .network: 10
        case .regex: 4
        case .wildcard: 3
        case .exact(let text, _): text.count <= 5 ? 6 : 2
        }
    }
}
