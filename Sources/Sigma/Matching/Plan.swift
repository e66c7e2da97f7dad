internal import Patterns

/// Rules compiled together: which fields are read, what is asked of each, and how the answers make matches.
///
/// Immutable and shared; what changes while matching is in ``Scratch``.
struct Plan: Sendable {
    /// A node of a condition; children stand in ``children``.
    enum Node: Sendable {
        case constant(Bool)
        case predicate(Int)
        case not(Int)
        case and(Range<Int>)
        case or(Range<Int>)
        case atLeast(Int, Range<Int>)
    }

    /// Two fields compared with each other.
    struct Reference: Sendable {
        var left: Int
        var right: Int
        var relation: FieldRelation
        var isCased: Bool
        var bit: Int
    }

    /// A block over the members of a list.
    struct Block: Sendable {
        var field: String
        var quantifier: Selection.Quantifier
        var plan: Plan
        var bit: Int
    }

    var fields: [FieldPlan] = []
    /// The field plan for every value of the event, or -1.
    var keywordSlot = -1
    var references: [Reference] = []
    var blocks: [Block] = []
    var predicateCount = 0

    var nodes: [Node] = []
    var children: [Int] = []
    /// For each rule, its root node.
    var roots: [Int] = []

    /// What tells early which rules cannot match any more.
    var gates = GateTable([], fields: [], blockCount: 0, predicateCount: 0)

    /// Evaluates a node over the predicates that hold.
    func holds(_ node: Int, _ bits: borrowing BitSet) -> Bool {
        switch nodes[node] {
        case .constant(let value): return value
        case .predicate(let bit): return bits.contains(bit)
        case .not(let child): return !holds(child, bits)
        case .and(let range):
            for index in range where !holds(children[index], bits) { return false }
            return true
        case .or(let range):
            for index in range where holds(children[index], bits) { return true }
            return false
        case .atLeast(let wanted, let range):
            var count = 0
            for index in range where holds(children[index], bits) { count += 1 }
            return count >= wanted
        }
    }
}
