internal import Patterns

/// What changes while events are matched: which predicates hold, and working memory.
///
/// For one task.
@usableFromInline
final class Scratch {
    let plan: Plan
    /// The slots in the order in which they are read.
    @usableFromInline let order: [Int]
    private let scanners: [PatternScanner?]
    private var bits: [UInt64]
    /// The gates that are open, and those of them that the field being read keeps open.
    private var open: [UInt64]
    private var kept: [UInt64]
    private var isThere = false
    private var hasValue = false
    /// Values of fields that are compared with other fields: bytes, and per field where each value stands.
    private var capturedBytes: [UInt8] = []
    private var captured: [[Range<Int>]]

    init(_ plan: Plan) {
        self.plan = plan
        order = plan.gates.order
        scanners = plan.fields.map { $0.patterns?.makeScanner() }
        bits = [UInt64](repeating: 0, count: plan.wordCount)
        open = plan.gates.all
        kept = open
        captured = Array(repeating: [], count: plan.references.isEmpty ? 0 : plan.fields.count)
    }

    /// Forgets the event before.
    @usableFromInline
    func begin() {
        for word in 0..<bits.count { bits[word] = 0 }
        for word in 0..<open.count { open[word] = plan.gates.all[word] }
        guard !captured.isEmpty else { return }
        capturedBytes.removeAll(keepingCapacity: true)
        for slot in captured.indices { captured[slot].removeAll(keepingCapacity: true) }
    }

    /// Whether a rule that can still match reads the field.
    @usableFromInline
    func isRead(slot: Int) -> Bool { intersects(plan.gates.readers, slot) }

    /// Whether a rule that can still match holds events against the block.
    @usableFromInline
    func isRead(block: Int) -> Bool { intersects(plan.gates.blockReaders, block) }

    private func intersects(_ sets: borrowing [UInt64], _ index: Int) -> Bool {
        for word in 0..<open.count where open[word] & sets[index * open.count + word] != 0 { return true }
        return false
    }

    /// A field's values come next.
    @usableFromInline
    func begin(_ slot: Int) {
        isThere = false
        hasValue = false
        for word in 0..<kept.count { kept[word] = plan.gates.indifferent[slot * kept.count + word] }
    }

    /// Holds one value of a field against all that is asked of the field.
    @usableFromInline
    func take(_ value: FieldValue, _ slot: Int) {
        isThere = true
        switch value {
        case .text(var text): text.withUTF8 { unsafe take(text: $0, slot) }
        case .utf8(let bytes): unsafe take(text: bytes, slot)
        case .integer(let integer): take(integer: integer, slot)
        case .number(let number): take(number: number, slot)
        case .boolean(let boolean):
            let text: StaticString = boolean ? "true" : "false"
            text.withUTF8Buffer { unsafe lookUp(text: $0, slot) }
        case .null: return
        }
        hasValue = true
    }

    /// All values of a field have been taken.
    @usableFromInline
    func close(_ slot: Int) {
        let (exists, null, any) = (
            plan.fields[slot].existsBit, plan.fields[slot].nullBit, plan.fields[slot].anyValueBit
        )
        if exists >= 0, isThere { set(exists) }
        if any >= 0, hasValue { set(any) }
        // A field that is not there counts as null, as SigmaHQ's rules use it.
        if null >= 0, !hasValue { set(null) }
    }

    /// Closes the gates that the field just read does not keep open.
    ///
    /// - Returns: whether any is left.
    @usableFromInline
    func closeGates() -> Bool {
        var left: UInt64 = 0
        for word in 0..<open.count {
            open[word] &= kept[word]
            left |= open[word]
        }
        return left != 0
    }

    @usableFromInline
    func set(_ bit: Int) {
        bits[bit >> 6] |= 1 << UInt64(bit & 63)
        for index in plan.gates.keptStarts[bit]..<plan.gates.keptStarts[bit + 1] {
            let gate = plan.gates.kept[index]
            kept[gate >> 6] |= 1 << UInt64(gate & 63)
        }
    }

    /// Whether a predicate holds.
    func isSet(_ bit: Int) -> Bool { bits[bit >> 6] & (1 << UInt64(bit & 63)) != 0 }

    /// Whether the first rule matches.
    @usableFromInline
    func holds() -> Bool { plan.holds(plan.roots[0], bits) }

    /// Reports the rules that match, in order.
    @usableFromInline
    func report(_ matched: (Int) -> Void) {
        var last = -1
        for word in open.indices {
            var rest = open[word]
            while rest != 0 {
                let rule = plan.gates.rules[word << 6 | rest.trailingZeroBitCount]
                rest &= rest - 1
                guard rule != last else { continue }
                last = rule
                if plan.holds(plan.roots[rule], bits) { matched(rule) }
            }
        }
    }

    // MARK: Values

    private func lookUp(text: UnsafeBufferPointer<UInt8>, _ slot: Int) {
        unsafe plan.fields[slot].table.look(up: text) { set($0) }
        if let scanner = scanners[slot] {
            unsafe scanner.scan(text) { set(plan.fields[slot].patternBits[$0]) }
        }
        if plan.fields[slot].isCaptured { unsafe capture(text, slot) }
    }

    private func take(text: UnsafeBufferPointer<UInt8>, _ slot: Int) {
        unsafe lookUp(text: text, slot)
        if !plan.fields[slot].comparisons.isEmpty, let number = unsafe NumberText.number(text) {
            compare(number, slot)
        }
        if !plan.fields[slot].networks.isEmpty, let address = unsafe Network.Address(text) {
            for test in plan.fields[slot].networks where test.network.contains(address) { set(test.bit) }
        }
        if !plan.fields[slot].times.isEmpty, let time = unsafe TimeParts(text) { compare(time, slot) }
    }

    private func take(integer: Int64, _ slot: Int) {
        var spelled = InlineDigits(integer)
        unsafe spelled.withBytes { unsafe lookUp(text: $0, slot) }
        compare(.integer(integer), slot)
        if !plan.fields[slot].times.isEmpty, let time = TimeParts(number: Double(integer)) { compare(time, slot) }
    }

    private func take(number: Double, _ slot: Int) {
        if let integer = Int64(exactly: number) {
            take(integer: integer, slot)
        } else {
            compare(.number(number), slot)
            if !plan.fields[slot].times.isEmpty, let time = TimeParts(number: number) { compare(time, slot) }
            var text = "\(number)"
            text.withUTF8 { unsafe lookUp(text: $0, slot) }
        }
    }

    private func compare(_ number: Number, _ slot: Int) {
        for test in plan.fields[slot].comparisons where test.comparison.holds(number, test.number) { set(test.bit) }
    }

    private func compare(_ time: TimeParts, _ slot: Int) {
        for test in plan.fields[slot].times where test.comparison.holds(time[test.part], test.value) { set(test.bit) }
    }

    // MARK: Fields compared with fields

    private func capture(_ text: UnsafeBufferPointer<UInt8>, _ slot: Int) {
        let start = capturedBytes.count
        unsafe capturedBytes.append(contentsOf: text)
        captured[slot].append(start..<capturedBytes.count)
    }

    /// Compares the fields that rules compare with each other, once all values are there.
    @usableFromInline
    func compareFields() {
        for reference in plan.references {
            let holds = captured[reference.left].contains { left in
                captured[reference.right].contains { right in
                    FieldComparison.holds(
                        capturedBytes[left],
                        capturedBytes[right],
                        reference.relation,
                        isCased: reference.isCased
                    )
                }
            }
            if holds { set(reference.bit) }
        }
    }
}
