/// Exact texts of a field, found in one look-up whatever their number.
struct TextTable: Sendable {
    /// What is reported when a text is met.
    private struct Entry {
        var start: Int
        var count: Int
        /// Reported whatever the case of the letters.
        var bits: [Int32]
        /// Reported where the bytes are exactly these.
        var cased: [(bytes: [UInt8], bit: Int32)]
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Open addressing: an entry's index, or -1.
    private var slots: [Int32] = []
    private var mask = 0
    private var longest = 0
    /// Which lengths up to 63 there are: most values are ruled out by this alone.
    private var lengths: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }

    init(_ texts: [(text: [UInt8], cased: Bool, bit: Int)]) {
        var indices: [[UInt8]: Int] = [:]
        for text in texts {
            let lowered = text.text.map(Self.lowered)
            let index: Int
            if let known = indices[lowered] {
                index = known
            } else {
                index = entries.count
                indices[lowered] = index
                entries.append(Entry(start: bytes.count, count: lowered.count, bits: [], cased: []))
                bytes += lowered
                longest = max(longest, lowered.count)
                lengths |= 1 << UInt64(min(lowered.count, 63))
            }
            if text.cased {
                entries[index].cased.append((text.text, Int32(text.bit)))
            } else {
                entries[index].bits.append(Int32(text.bit))
            }
        }
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        mask = size - 1
        slots = [Int32](repeating: -1, count: size)
        for (index, entry) in entries.enumerated() {
            var hash = Self.seed
            for byte in bytes[entry.start..<entry.start + entry.count] { hash = Self.step(hash, byte) }
            var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index)
        }
    }

    /// Calls `found` with the bits of the texts that `value` is.
    @inline(__always)
    func look(up value: UnsafeBufferPointer<UInt8>, _ found: (Int) -> Void) {
        guard value.count <= longest, lengths & (1 << UInt64(min(value.count, 63))) != 0 else { return }
        var hash = Self.seed
        for index in 0..<value.count { hash = unsafe Self.step(hash, Self.lowered(value[index])) }
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if unsafe isEntry(index, value) {
                unsafe report(index, value, found)
                return
            }
            slot = (slot + 1) & mask
        }
    }

    private func isEntry(_ index: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard entries[index].count == value.count else { return false }
        let start = entries[index].start
        for offset in 0..<value.count where unsafe bytes[start + offset] != Self.lowered(value[offset]) { return false }
        return true
    }

    private func report(_ index: Int, _ value: UnsafeBufferPointer<UInt8>, _ found: (Int) -> Void) {
        for bit in entries[index].bits { found(Int(bit)) }
        for text in entries[index].cased where unsafe value.elementsEqual(text.bytes) { found(Int(text.bit)) }
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

    // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. Keys are the rules' own, so nobody can flood it.
    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
    @inline(__always)
    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
