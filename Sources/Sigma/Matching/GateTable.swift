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

    /// The set of every gate.
    private(set) var all: BitSets
    /// For each slot, the gates that ask nothing of it.
    private(set) var indifferent: BitSets
    /// For each slot, the gates of rules that read it.
    private(set) var readers: BitSets
    /// For each block, the gates of rules that hold events against it.
    private(set) var blockReaders: BitSets

    /// What a rule asks for, and what it reads.
    struct Entry {
        var gates: Gates
        var slots: Set<Int>
        var blocks: Set<Int>
    }

    /// Arranges the gates of the rules.
    init(_ entries: [Entry], fields: [FieldPlan], blockCount: Int, predicateCount: Int) {
        let ways = entries.enumerated().flatMap { rule, entry in entry.gates.ways.map { (rule: rule, asked: $0) } }
        rules = ways.map(\.rule)
        let none = BitSets(below: ways.count)
        (all, indifferent, readers, blockReaders) = (none, none, none, none)
        all.append(of: ways.indices) { _ in true }
        for slot in fields.indices {
            indifferent.append(of: ways.indices) { ways[$0].asked[slot] == nil }
            readers.append(of: ways.indices) { entries[ways[$0].rule].slots.contains(slot) }
        }
        for block in 0..<blockCount {
            blockReaders.append(of: ways.indices) { entries[ways[$0].rule].blocks.contains(block) }
        }
        var gates = [[Int]](repeating: [], count: predicateCount)
        var askers = [Int](repeating: 0, count: fields.count)
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
        order = fields.indices.sorted { left, right in
            let (leftCost, rightCost) = (fields[left].cost, fields[right].cost)
            return (leftCost, -askers[left], left) < (rightCost, -askers[right], right)
        }
    }
}

extension FieldPlan {
    /// Roughly what a value costs: a look-up, a search for patterns, or both for every value of the event.
    fileprivate var cost: Int { name == nil ? 2 : patterns == nil ? 0 : 1 }
}
