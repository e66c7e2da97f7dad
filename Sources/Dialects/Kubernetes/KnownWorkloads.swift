internal import JSON

/// Remembers which workloads a log has told of, so that what controllers make of them is laid at their asker's door.
///
/// Bounded: the oldest are forgotten first, and then a pod of theirs is told under its controller's name.
struct KnownWorkloads {
    private var known: Set<UInt64> = []
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int

    init(capacity: Int = 65_536) {
        self.capacity = capacity
    }

    mutating func insert(_ key: UInt64) {
        guard known.insert(key).inserted else { return }
        if order.count < capacity {
            order.append(key)
        } else {
            known.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
    }

    func contains(_ key: UInt64) -> Bool { known.contains(key) }
}

/// A 64-bit hash over pieces of text (FNV-1a with a finisher), for bounded memories where a collision costs little.
struct TextHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ text: JSONText?) {
        if let text {
            for position in 0..<text.count { mix(text[position]) }
        }
        separate()
    }

    /// Without regard to ASCII case, for kinds.
    mutating func combine(lowercased text: JSONText?) {
        if let text {
            for position in 0..<text.count {
                let byte = text[position]
                mix((65...90).contains(byte) ? byte | 32 : byte)
            }
        }
        separate()
    }

    mutating func combine(_ text: String?) {
        for byte in (text ?? "").utf8 { mix(byte) }
        separate()
    }

    private mutating func mix(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    private mutating func separate() {
        mix(0xff)
        value ^= value >> 32
    }
}
