internal import Patterns

/// Compiles programs into a ``Plan``.
struct PlanBuilder {
    private var plan = Plan()
    private var bits: [Predicate: Int] = [:]
    private var blocks: [Formula: (block: Int, bit: Int)] = [:]
    private var slots: [String?: Int] = [:]
    private var tests: [[(test: Test, bit: Int)]] = []
    /// For each predicate, how often it can be expected to hold.
    private var weights: [Int] = []
    /// Of the rule that is being compiled, the fields and blocks that it reads.
    private var read: (slots: Set<Int>, blocks: Set<Int>) = ([], [])

    /// A rule's program and those of the filters joined to it.
    typealias Entry = (program: Program, filters: [Program])

    /// Compiles; leaves of each rule's own searches are handed to `leaf` for explanations.
    static func build(
        _ entries: [Entry],
        leaf: (_ rule: Int, Leaf) -> Void = { _, _ in }
    ) throws(PatternError) -> Plan {
        var builder = PlanBuilder()
        var gates: [GateTable.Entry] = []
        for (rule, entry) in entries.enumerated() {
            builder.read = ([], [])
            var whole = try builder.compile(entry.program)
            for filter in entry.filters { whole = builder.all([whole, try builder.compile(filter)]) }
            builder.plan.roots.append(whole.node)
            gates.append(GateTable.Entry(gates: whole.gates, slots: builder.read.slots, blocks: builder.read.blocks))
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
        builder.plan.gates = GateTable(
            gates,
            fields: builder.plan.fields,
            blockCount: builder.plan.blocks.count,
            predicateCount: builder.plan.predicateCount
        )
        return builder.plan
    }

    // MARK: Formulas

    /// A formula as a node, and what has to hold for it.
    private typealias Compiled = (node: Int, gates: Gates)

    private mutating func compile(_ program: Program) throws(PatternError) -> Compiled {
        var selections: [Compiled] = []
        for selection in program.selections { selections.append(try compile(selection.formula, [])) }
        let parts = try compile(program.conditions, selections)
        return parts.count == 1 ? parts[0] : any(parts)
    }

    private mutating func compile(_ formula: Formula, _ selections: [Compiled]) throws(PatternError) -> Compiled {
        switch formula {
        case .constant(let value): return (add(.constant(value)), value ? .open : .never)
        case .predicate(let predicate): return compile(predicate)
        case .selection(let index): return selections[index]
        case .not(let part): return (add(.not(try compile(part, selections).node)), .open)
        case .and(let parts): return all(try compile(parts, selections))
        case .or(let parts): return any(try compile(parts, selections))
        case .atLeast(let count, let parts):
            let parts = try compile(parts, selections)
            let range = add(children: parts.map(\.node))
            return (add(.atLeast(count, range)), count > 0 ? .any(parts.map(\.gates)) : .open)
        case .elements(let field, let quantifier, let program):
            return (add(.predicate(try block(formula, field, quantifier, program))), .open)
        }
    }

    private mutating func compile(_ parts: [Formula], _ selections: [Compiled]) throws(PatternError) -> [Compiled] {
        var compiled: [Compiled] = []
        for part in parts { compiled.append(try compile(part, selections)) }
        return compiled
    }

    private mutating func compile(_ predicate: Predicate) -> Compiled {
        let bit = bit(of: predicate)
        let slot = slot(of: predicate.field)
        read.slots.insert(slot)
        guard case .field(let other, _, _) = predicate.test else {
            return (add(.predicate(bit)), .predicate(bit, slot: slot))
        }
        read.slots.insert(self.slot(of: other))
        // Known when both fields are, which no field by itself tells.
        return (add(.predicate(bit)), .open)
    }

    private mutating func all(_ parts: [Compiled]) -> Compiled {
        let range = add(children: parts.map(\.node))
        return (add(.and(range)), .all(parts.map(\.gates), weight: weight))
    }

    private mutating func any(_ parts: [Compiled]) -> Compiled {
        let range = add(children: parts.map(\.node))
        return (add(.or(range)), .any(parts.map(\.gates)))
    }

    private mutating func add(_ node: Plan.Node) -> Int {
        plan.nodes.append(node)
        return plan.nodes.count - 1
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
        if let known = blocks[formula] {
            read.blocks.insert(known.block)
            return known.bit
        }
        let bit = newBit(weight: 20)
        blocks[formula] = (plan.blocks.count, bit)
        read.blocks.insert(plan.blocks.count)
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

    private func weight(_ bits: Set<Int>) -> Int { bits.reduce(0) { $0 + weights[$1] } }
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
