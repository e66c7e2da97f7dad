/// What of a state has changed, written down as it changes: numbers, each with those that belong to it.
///
/// Bounded: a state that changes for long without being asked is stored as a whole.
struct MemoryChanges {
    /// One change.
    struct Change: Equatable {
        /// What part of the state it is of.
        var part: UInt8
        var key: UInt64
        var others: [UInt64] = []
    }

    private var numbers: [UInt64] = []
    /// Whether something has changed that is not written down.
    private var isIncomplete = false

    /// In numbers of eight bytes: a quarter of a mebibyte.
    private static let limit = 32_768
    /// Numbers that belong to one.
    private static let othersLimit = 255

    mutating func note(_ part: UInt8, _ key: UInt64, _ others: [UInt64] = []) {
        guard !isIncomplete else { return }
        guard numbers.count + others.count + 2 <= Self.limit, others.count <= Self.othersLimit else {
            return noteOther()
        }
        numbers.append(UInt64(part) | UInt64(others.count) << 8)
        numbers.append(key)
        numbers += others
    }

    /// Something has changed that only the whole state says.
    mutating func noteOther() {
        isIncomplete = true
        numbers = []
    }

    /// What has changed, as bytes, from now on nothing; nil where only the whole state says it.
    mutating func take() -> [UInt8]? {
        defer { self = MemoryChanges() }
        guard !isIncomplete else { return nil }
        return numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    }

    /// The changes that ``take()`` gave as bytes.
    static func changes(in bytes: [UInt8]) throws(DialectMemoryError) -> [Change] {
        guard bytes.count.isMultiple(of: 8) else { throw DialectMemoryError("the changes of a state are cut") }
        let numbers = stride(from: 0, to: bytes.count, by: 8).map { start in
            (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << ($1 * 8) }
        }
        var changes: [Change] = []
        var rest = numbers[...]
        while let head = rest.popFirst() {
            let count = Int(head >> 8)
            guard head >> 8 <= othersLimit, let key = rest.popFirst(), rest.count >= count else {
                throw DialectMemoryError("the changes of a state are cut")
            }
            changes.append(Change(part: UInt8(truncatingIfNeeded: head), key: key, others: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return changes
    }
}
