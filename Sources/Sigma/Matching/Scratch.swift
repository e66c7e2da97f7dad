internal import Patterns

/// What changes while events are matched: which predicates hold, and working memory.
///
/// For one task.
@usableFromInline
final class Scratch {
    let plan: Plan
    private let scanners: [PatternScanner?]
    private var bits: [UInt64]
    private var candidates: [UInt64]
    private var isThere = false
    private var hasValue = false
    /// Values of fields that are compared with other fields: bytes, and per field where each value stands.
    private var capturedBytes: [UInt8] = []
    private var captured: [[Range<Int>]]

    init(_ plan: Plan) {
        self.plan = plan
        scanners = plan.fields.map { $0.patterns?.makeScanner() }
        bits = [UInt64](repeating: 0, count: plan.wordCount)
        candidates = [UInt64](repeating: 0, count: (plan.roots.count + 63) / 64)
        captured = Array(repeating: [], count: plan.references.isEmpty ? 0 : plan.fields.count)
    }

    /// Forgets the event before.
    @usableFromInline
    func begin() {
        for word in 0..<bits.count { bits[word] = 0 }
        guard !captured.isEmpty else { return }
        capturedBytes.removeAll(keepingCapacity: true)
        for slot in captured.indices { captured[slot].removeAll(keepingCapacity: true) }
    }

    @usableFromInline
    func open() {
        isThere = false
        hasValue = false
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

    @usableFromInline
    func set(_ bit: Int) { bits[bit >> 6] |= 1 << UInt64(bit & 63) }

    /// Whether a predicate holds.
    func isSet(_ bit: Int) -> Bool { bits[bit >> 6] & (1 << UInt64(bit & 63)) != 0 }

    /// Whether the first rule matches.
    @usableFromInline
    func holds() -> Bool { plan.holds(plan.roots[0], bits) }

    /// Reports the rules that match.
    @usableFromInline
    func report(_ matched: (Int) -> Void) {
        for word in bits.indices {
            var rest = bits[word] & plan.triggerMask[word]
            while rest != 0 {
                let bit = word << 6 | rest.trailingZeroBitCount
                rest &= rest - 1
                for index in plan.triggerStarts[bit]..<plan.triggerStarts[bit + 1] {
                    let rule = plan.triggered[index]
                    candidates[rule >> 6] |= 1 << UInt64(rule & 63)
                }
            }
        }
        for rule in plan.always { candidates[rule >> 6] |= 1 << UInt64(rule & 63) }
        for word in candidates.indices {
            var rest = candidates[word]
            candidates[word] = 0
            while rest != 0 {
                let rule = word << 6 | rest.trailingZeroBitCount
                rest &= rest - 1
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
