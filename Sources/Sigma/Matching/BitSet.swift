/// A set of small numbers in memory of its own.
///
/// What is changed for every record: an array would be checked, at each change, for who else uses it.
@safe
struct BitSet: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    /// An empty set of numbers below `count`.
    init(below count: Int) {
        wordCount = (count + 63) / 64
        unsafe words = .allocate(capacity: wordCount)
        unsafe words.initialize(repeating: 0, count: wordCount)
    }

    deinit { unsafe words.deallocate() }

    func removeAll() { unsafe words.update(repeating: 0, count: wordCount) }

    func insert(_ member: Int) {
        precondition(member >= 0 && member >> 6 < wordCount)
        unsafe words[member >> 6] |= 1 << UInt64(member & 63)
    }

    func contains(_ member: Int) -> Bool {
        precondition(member >= 0 && member >> 6 < wordCount)
        return unsafe words[member >> 6] & (1 << UInt64(member & 63)) != 0
    }

    var isEmpty: Bool {
        for word in 0..<wordCount where unsafe words[word] != 0 { return false }
        return true
    }

    /// Takes the members of one of several sets in place of its own.
    func replace(by sets: BitSets, _ index: Int) {
        precondition(sets.wordCount == wordCount)
        for word in 0..<wordCount { unsafe words[word] = sets[index, word] }
    }

    func formIntersection(_ other: borrowing BitSet) {
        precondition(other.wordCount == wordCount)
        for word in 0..<wordCount { unsafe words[word] &= other.words[word] }
    }

    /// Whether any member is one of one of several sets.
    func intersects(_ sets: BitSets, _ index: Int) -> Bool {
        precondition(sets.wordCount == wordCount)
        for word in 0..<wordCount where unsafe words[word] & sets[index, word] != 0 { return true }
        return false
    }

    /// Calls `body` with each member, the least first.
    func forEach(_ body: (Int) -> Void) {
        for word in 0..<wordCount {
            var rest = unsafe words[word]
            while rest != 0 {
                body(word << 6 | rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}

/// Sets of small numbers that do not change.
struct BitSets: Sendable {
    fileprivate let wordCount: Int
    private var words: [UInt64] = []

    /// No sets yet; of numbers below `count`.
    init(below count: Int) { wordCount = (count + 63) / 64 }

    /// Adds the set of those numbers for which `isMember` holds.
    mutating func append(of numbers: Range<Int>, _ isMember: (Int) -> Bool) {
        let start = words.count
        words += repeatElement(0, count: wordCount)
        for number in numbers where isMember(number) { words[start + number >> 6] |= 1 << UInt64(number & 63) }
    }

    fileprivate subscript(_ index: Int, _ word: Int) -> UInt64 { words[index * wordCount + word] }
}
