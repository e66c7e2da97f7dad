internal import Patterns

/// What changes while events are matched: which predicates hold, and working memory.
///
/// For one task.
@usableFromInline
final class Scratch {
    let plan: Plan
    /// For each slot.
    let fields: [FieldScratch]
    private let bits: BitSet
    /// The gates that are open, and those that the field being read keeps open.
    private let open: BitSet
    private let kept: BitSet
    /// Values of fields that are compared with other fields: bytes, and per field where each value stands.
    private var capturedBytes: [UInt8] = []
    private var captured: [[Range<Int>]]
    private let capturedSlots: [Int]

    init(_ plan: Plan) {
        self.plan = plan
        fields = plan.fields.enumerated().map { FieldScratch($1, slot: $0) }
        bits = BitSet(below: plan.predicateCount)
        open = BitSet(below: plan.gates.rules.count)
        kept = BitSet(below: plan.gates.rules.count)
        captured = Array(repeating: [], count: plan.references.isEmpty ? 0 : plan.fields.count)
        capturedSlots = plan.fields.indices.filter { plan.fields[$0].isCaptured }
    }

    /// Forgets the event before.
    @usableFromInline
    func begin() {
        bits.removeAll()
        open.replace(by: plan.gates.all, 0)
        for slot in capturedSlots { captured[slot].removeAll(keepingCapacity: true) }
        if !capturedSlots.isEmpty { capturedBytes.removeAll(keepingCapacity: true) }
    }

    /// Whether a rule that can still match reads the field.
    @usableFromInline
    func isRead(_ field: FieldScratch) -> Bool { open.intersects(plan.gates.readers, field.slot) }

    /// Whether a rule that can still match holds events against the block.
    @usableFromInline
    func isRead(block: Int) -> Bool { open.intersects(plan.gates.blockReaders, block) }

    /// A field's values come next.
    @usableFromInline
    func begin(_ field: FieldScratch) {
        field.isThere = false
        field.hasValue = false
        kept.replace(by: plan.gates.indifferent, field.slot)
    }

    /// Holds one value of a field against all that is asked of the field.
    @usableFromInline
    func take(_ value: FieldValue, _ field: FieldScratch) {
        field.isThere = true
        switch value {
        case .text(var text): text.withUTF8 { unsafe take(text: $0, field) }
        case .utf8(let bytes): unsafe take(text: bytes, field)
        case .integer(let integer): take(integer: integer, field)
        case .number(let number): take(number: number, field)
        case .boolean(let boolean):
            let text: StaticString = boolean ? "true" : "false"
            text.withUTF8Buffer { unsafe lookUp(text: $0, field) }
        case .null: return
        }
        field.hasValue = true
    }

    /// All values of a field have been taken.
    @usableFromInline
    func close(_ field: FieldScratch) {
        let plan = field.plan
        if plan.existsBit >= 0, field.isThere { set(plan.existsBit) }
        if plan.anyValueBit >= 0, field.hasValue { set(plan.anyValueBit) }
        // A field that is not there counts as null, as SigmaHQ's rules use it.
        if plan.nullBit >= 0, !field.hasValue { set(plan.nullBit) }
    }

    /// Closes the gates that the field just read does not keep open.
    ///
    /// - Returns: whether any is left.
    @usableFromInline
    func closeGates() -> Bool {
        open.formIntersection(kept)
        return !open.isEmpty
    }

    @usableFromInline
    func set(_ bit: Int) {
        bits.insert(bit)
        for index in plan.gates.keptStarts[bit]..<plan.gates.keptStarts[bit + 1] { kept.insert(plan.gates.kept[index]) }
    }

    /// Whether a predicate holds.
    func isSet(_ bit: Int) -> Bool { bits.contains(bit) }

    /// Whether the first rule matches.
    @usableFromInline
    func holds() -> Bool { plan.holds(plan.roots[0], bits) }

    /// Reports the rules that match, in order.
    @usableFromInline
    func report(_ matched: (Int) -> Void) {
        var last = -1
        open.forEach { gate in
            let rule = plan.gates.rules[gate]
            guard rule != last else { return }
            last = rule
            if plan.holds(plan.roots[rule], bits) { matched(rule) }
        }
    }

    // MARK: Values

    private func lookUp(text: UnsafeBufferPointer<UInt8>, _ field: FieldScratch) {
        unsafe field.plan.table.look(up: text) { set($0) }
        if let scanner = field.scanner {
            unsafe scanner.scan(text) { set(field.plan.patternBits[$0]) }
        }
        if field.plan.isCaptured { unsafe capture(text, field.slot) }
    }

    private func take(text: UnsafeBufferPointer<UInt8>, _ field: FieldScratch) {
        unsafe lookUp(text: text, field)
        if !field.plan.comparisons.isEmpty, let number = unsafe NumberText.number(text) { compare(number, field) }
        if !field.plan.networks.isEmpty, let address = unsafe Network.Address(text) {
            for test in field.plan.networks where test.network.contains(address) { set(test.bit) }
        }
        if !field.plan.times.isEmpty, let time = unsafe TimeParts(text) { compare(time, field) }
    }

    private func take(integer: Int64, _ field: FieldScratch) {
        var spelled = InlineDigits(integer)
        unsafe spelled.withBytes { unsafe lookUp(text: $0, field) }
        compare(.integer(integer), field)
        if !field.plan.times.isEmpty, let time = TimeParts(number: Double(integer)) { compare(time, field) }
    }

    private func take(number: Double, _ field: FieldScratch) {
        if let integer = Int64(exactly: number) {
            take(integer: integer, field)
        } else {
            compare(.number(number), field)
            if !field.plan.times.isEmpty, let time = TimeParts(number: number) { compare(time, field) }
            var text = "\(number)"
            text.withUTF8 { unsafe lookUp(text: $0, field) }
        }
    }

    private func compare(_ number: Number, _ field: FieldScratch) {
        for test in field.plan.comparisons where test.comparison.holds(number, test.number) { set(test.bit) }
    }

    private func compare(_ time: TimeParts, _ field: FieldScratch) {
        for test in field.plan.times where test.comparison.holds(time[test.part], test.value) { set(test.bit) }
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
