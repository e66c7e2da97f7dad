/// The gates of all rules of a plan, arranged for reading an event field by field.
///
/// A rule has one gate for each way in which it can match. A gate is closed by a field that does not show what the way
/// asks of it; a rule without a gate left does not match, and fields that only such rules read need not be read.
struct GateTable: Sendable {
    /// For each gate, its rule; in the order of the rules.
    private(set) var rules: [Int] = []
    /// The slots in the order in which they are best read: first those that close many gates and cost little.
    private(set) var order: [Int] = []
    /// For each predicate, where the gates start in ``kept`` that it keeps open; one more at the end.
    private(set) var keptStarts: [Int] = []
    private(set) var kept: [Int] = []

    /// Bit sets of gates, so many words each.
    private(set) var wordCount = 0
    /// Every gate.
    private(set) var all: [UInt64] = []
    /// For each slot, the gates that ask nothing of it.
    private(set) var indifferent: [UInt64] = []
    /// For each slot, the gates of rules that read it.
    private(set) var readers: [UInt64] = []
    /// For each block, the gates of rules that hold events against it.
    private(set) var blockReaders: [UInt64] = []

    init() {}

    /// What a rule asks for, and what it reads.
    struct Entry {
        var gates: Gates
        var slots: Set<Int>
        var blocks: Set<Int>
    }

    /// Arranges the gates of the rules.
    init(_ entries: [Entry], _ plan: Plan) {
        let ways = entries.enumerated().flatMap { rule, entry in entry.gates.ways.map { (rule: rule, asked: $0) } }
        rules = ways.map(\.rule)
        wordCount = (ways.count + 63) / 64
        all = words { _ in true }
        for slot in plan.fields.indices {
            indifferent += words { ways[$0].asked[slot] == nil }
            readers += words { entries[ways[$0].rule].slots.contains(slot) }
        }
        for block in plan.blocks.indices {
            blockReaders += words { entries[ways[$0].rule].blocks.contains(block) }
        }
        var gates = [[Int]](repeating: [], count: plan.predicateCount)
        var askers = [Int](repeating: 0, count: plan.fields.count)
        for (gate, way) in ways.enumerated() {
            for (slot, bits) in way.asked {
                askers[slot] += 1
                for bit in bits { gates[bit].append(gate) }
            }
        }
        for list in gates {
            keptStarts.append(kept.count)
            kept += list
        }
        keptStarts.append(kept.count)
        order = plan.fields.indices.sorted { left, right in
            let (leftCost, rightCost) = (plan.fields[left].cost, plan.fields[right].cost)
            return (leftCost, -askers[left], left) < (rightCost, -askers[right], right)
        }
    }

    private func words(_ isMember: (Int) -> Bool) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: wordCount)
        for gate in rules.indices where isMember(gate) { words[gate >> 6] |= 1 << UInt64(gate & 63) }
        return words
    }
}

extension FieldPlan {
    /// Roughly what a value costs: a look-up, a search for patterns, or both for every value of the event.
    fileprivate var cost: Int { name == nil ? 2 : patterns == nil ? 0 : 1 }
}
