/// The ways in which a formula can come to hold: of each, what single fields have to show.
///
/// Necessary, never sufficient: a negation, fields that are compared with each other and blocks ask for nothing. So a
/// formula of which no way is left is false, whatever else the event holds, and the rest of it need not be read.
struct Gates {
    /// What one way asks for: for each slot, predicates on that field of which one at least has to hold.
    typealias Way = [Int: Set<Int>]

    private(set) var ways: [Way]

    /// Ways of one formula; beyond that they are told apart less.
    private static let limit = 32

    /// Those of a formula that holds for no event.
    static let never = Gates(ways: [])
    /// Those of a formula of which nothing can be told by single fields.
    static let open = Gates(ways: [[:]])

    /// Those of a test on one field.
    static func predicate(_ bit: Int, slot: Int) -> Gates { Gates(ways: [[slot: [bit]]]) }

    /// Those of a disjunction.
    static func any(_ parts: [Gates]) -> Gates {
        var gates = never
        for way in parts.flatMap(\.ways) {
            if let near = gates.ways.firstIndex(where: { isOne($0, way) }) {
                for (slot, bits) in way { gates.ways[near][slot]?.formUnion(bits) }
            } else {
                gates.ways.append(way)
                if gates.ways.count > limit { gates = gates.joined }
            }
        }
        return gates
    }

    /// Those of a conjunction.
    ///
    /// - Parameter weight: how often one of the predicates can be expected to hold; of two demands on one field, the one
    ///   that is met more rarely is kept.
    static func all(_ parts: [Gates], weight: (Set<Int>) -> Int) -> Gates {
        parts.reduce(open) { left, right in
            let isMany = left.ways.count * right.ways.count > limit
            let (few, many) = left.ways.count < right.ways.count ? (left, right) : (right, left)
            let others = isMany ? many.joined.ways : many.ways
            let pairs = few.ways.flatMap { way in
                others.map { way.merging($0) { weight($1) < weight($0) ? $1 : $0 } }
            }
            return any(pairs.map { Gates(ways: [$0]) })
        }
    }

    /// One way in place of all: what every one of them asks for.
    private var joined: Gates {
        guard let first = ways.first else { return self }
        let way = ways.dropFirst().reduce(first) { joined, way in
            Way(uniqueKeysWithValues: joined.compactMap { slot, bits in way[slot].map { (slot, bits.union($0)) } })
        }
        return Gates(ways: [way])
    }

    /// Whether two ways say no less as one: they ask alike of all fields but one.
    private static func isOne(_ left: Way, _ right: Way) -> Bool {
        left.count == right.count && left.count { right[$0.key] != $0.value } <= 1
            && left.keys.allSatisfy { right[$0] != nil }
    }
}
